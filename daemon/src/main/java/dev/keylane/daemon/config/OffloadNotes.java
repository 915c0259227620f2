package dev.keylane.daemon.config;

import dev.keylane.ethtool.Answer;
import dev.keylane.ethtool.DeviceFeatures;
import dev.keylane.ethtool.Ethtool;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.ike.proposal.TransformType;
import dev.keylane.linux.Interfaces;
import java.io.IOException;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What keeps a child out of the hardware that it asks for, as far as the machine tells without being changed. */
final class OffloadNotes {
    private final Ethtool ethtool;
    private final List<ConfigNote> notes;
    private final List<Overlap.Part> parts = new ArrayList<>();
    private final List<Section> forwarding = new ArrayList<>();

    OffloadNotes(Ethtool ethtool, List<ConfigNote> notes) {
        this.ethtool = ethtool;
        this.notes = notes;
    }

    /** @param section that the connection was read from */
    void on(Connection connection, Section section) {
        section.sections().values().stream().filter(part -> part.name().equalsIgnoreCase("children"))
                .flatMap(children -> children.sections().values().stream())
                .forEach(part -> connection.child(part.name()).ifPresent(child -> {
                    parts.add(new Overlap.Part(connection.name(), child, part));
                    on(connection, child, part);
                }));
    }

    /** What children in devices take from others: to be called at the end. */
    void onAll() {
        Overlap.among(parts).forEach((taken, note) -> note(taken.section(), ChildKeys.HW_OFFLOAD, note));
        // Once will do: it is the same for all.
        forwarding.stream().findFirst().ifPresent(section -> note(section, ChildKeys.HW_OFFLOAD, "fragments of IPv4 that are"
                + " forwarded leave in the clear in packet offload: nft add rule inet filter forward oifname DEV"
                + " 'ip frag-off & 0x3fff != 0' drop, or hw_offload = crypto"));
    }

    private void on(Connection connection, ChildConfig child, Section section) {
        String named = child.kernel().device();
        if (!named.isEmpty() && Interfaces.index(named).isEmpty()) {
            note(section, ChildKeys.INTERFACE, "there is no device " + named + " now");
            return;
        }
        HwOffload asked = child.kernel().offload();
        if (asked == HwOffload.NO || child.mode() == ChildConfig.Mode.PASS || child.mode() == ChildConfig.Mode.DROP) {
            return;
        }
        Optional<String> found = Optional.of(named).filter(name -> !name.isEmpty()).or(() -> connection.endpoints().firstLocal()
                .flatMap(OffloadNotes::deviceOf));
        found.ifPresent(device -> features(device, asked, section));
        // Where the device is not known yet, who insists on packet offload has one that can.
        if (Overlap.isInDevice(child) && forwards(child)
                && found.map(device -> esp(device) != DeviceFeatures.State.ABSENT).orElse(asked == HwOffload.PACKET)) {
            forwarding.add(section);
        }
        if (asked == HwOffload.PACKET) {
            suites(section);
            if (child.kernel().replayWindow() > LARGEST_WINDOW) {
                note(section, ChildKeys.REPLAY_WINDOW, child.kernel().replayWindow()
                        + " is more than NICs have with hw_offload = packet: 32, 64, 128 or 256");
            }
        }
        if (asked == HwOffload.PACKET && child.kernel().replayWindow() > 0 && child.proposals().stream().noneMatch(proposal ->
                proposal.ofType(TransformType.ESN).stream().anyMatch(transform -> transform.id() == EXTENDED))) {
            note(section, ChildKeys.ESP_PROPOSALS, "mlx5 keeps a replay window with extended sequence numbers alone: without"
                    + " esn it takes packets twice");
        }
        if (asked != HwOffload.CRYPTO) {
            blindness(child, section);
        }
        if (child.perCpuOptions().lanes() > 1 && fixedPorts(child)) {
            note(section, ChildKeys.LANES, "flows cannot be told by their source port where local_ts names it: there will be one"
                    + " SA");
        }
        if (child.perCpuOptions().lanes() == PerCpuOptions.LANES_AUTO && asked == HwOffload.PACKET
                && child.perCpu() != ChildConfig.PerCpu.NO && fixedPorts(child)) {
            note(section, ChildKeys.PER_CPU_SAS, "there will be one SA: NICs with hw_offload = packet tell SAs by flows, and"
                    + " local_ts names the source port of all of them");
        }
    }

    /** What a device that does all of it does not look at, or do. */
    private void blindness(ChildConfig child, Section section) {
        KernelOptions.Marks marks = child.kernel().marks();
        if (marks.in().isSet() || marks.out().isSet() || marks.ifIdOut() != 0) {
            note(section, marks.out().isSet() ? ChildKeys.MARK_OUT : marks.in().isSet() ? ChildKeys.MARK_IN : ChildKeys.IF_ID_OUT,
                    "NICs do not look at it in packet offload: all that local_ts and remote_ts mean is encrypted");
        }
        Stream.of(ChildKeys.COPY_DF, ChildKeys.COPY_ECN, ChildKeys.COPY_DSCP, ChildKeys.SET_MARK_IN, ChildKeys.SET_MARK_OUT)
                .filter(key -> section.setting(key.name()).isPresent())
                .forEach(key -> note(section, key, "NICs do not do this in packet offload"));
    }

    private void features(String device, HwOffload asked, Section section) {
        switch (esp(device)) {
            case ABSENT -> note(section, ChildKeys.HW_OFFLOAD, device + " has no esp-hw-offload: " + switch (asked) {
                case PACKET -> "neither SAs nor traps will come up";
                case CRYPTO -> "Linux does it in software";
                case AUTO, NO -> "it will be done in software";
            });
            case OFF -> note(section, ChildKeys.HW_OFFLOAD, "esp-hw-offload of " + device + " is off: ethtool -K " + device
                    + " esp-hw-offload on");
            case ON, FIXED -> { }
        }
    }

    private DeviceFeatures.State esp(String device) {
        return switch (DeviceFeatures.read(ethtool, device)) {
            case Answer.Is<DeviceFeatures>(DeviceFeatures features) -> features.of("esp-hw-offload");
            // A kernel in a container may not say: then nothing is known against it.
            case Answer.Refused<DeviceFeatures> _ -> DeviceFeatures.State.ON;
        };
    }

    /** Those written out that are left out; of the default's nobody expects all. */
    private void suites(Section section) {
        section.setting(ChildKeys.ESP_PROPOSALS.name()).map(KeyReader::split).orElse(List.of()).stream()
                .filter(text -> ChildKeys.ESP_PROPOSALS.format().read(text).asOptional().stream().flatMap(List::stream)
                        .allMatch(proposal -> HardwareSuites.of(proposal).isEmpty()))
                .forEach(text -> note(section, ChildKeys.ESP_PROPOSALS, text + " is left out: with hw_offload = packet there is"
                        + " AES-GCM with 128 or 256 bits and an ICV of 16 octets"));
    }

    /** Whether there are others behind it whose packets it protects. */
    private static boolean forwards(ChildConfig child) {
        return child.mode() == ChildConfig.Mode.TUNNEL && child.localTs().stream().anyMatch(ts -> ts.from() != null
                && ts.from().isV4() && !ts.from().equals(ts.to()));
    }

    private static boolean fixedPorts(ChildConfig child) {
        return !child.localTs().isEmpty() && child.localTs().stream().allMatch(ts -> ts.startPort() != 0 || ts.endPort() != ANY_PORT);
    }

    private void note(Section section, KnownKey<?> key, String text) {
        notes.add(new ConfigNote(section.setting(key.name()).map(Setting::origin).orElse(section.origin()), key.name(), text));
    }

    private static Optional<String> deviceOf(IpAddress local) {
        try {
            return Optional.ofNullable(NetworkInterface.getByInetAddress(local.toInetAddress())).map(NetworkInterface::getName);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** RFC 7296 §3.3.2: "Extended Sequence Numbers". */
    private static final int EXTENDED = 1;
    private static final int LARGEST_WINDOW = 256;
    private static final int ANY_PORT = 0xffff;
}
