package dev.keylane.daemon.config;

import dev.keylane.daemon.config.ConfigMistake.Kind;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.ike.proposal.Proposal;
import java.util.List;
import java.util.Optional;

/** Reads one child of a connection. */
final class ChildReader {
    private final int replayWindow;
    private final int ifIdIn;
    private final int ifIdOut;
    private final Steering steering;
    private final List<ConfigMistake> mistakes;

    /**
     * @param replayWindow unless the child has its own
     * @param ifIdIn       the connection's, unless the child has its own; likewise {@code ifIdOut}
     * @param steering     the connection's
     */
    ChildReader(int replayWindow, int ifIdIn, int ifIdOut, Steering steering, List<ConfigMistake> mistakes) {
        this.replayWindow = replayWindow;
        this.ifIdIn = ifIdIn;
        this.ifIdOut = ifIdOut;
        this.steering = steering;
        this.mistakes = mistakes;
    }

    ChildConfig read(Section section) {
        KeyReader keys = KeyReader.of(section, KnownKey.Scope.CHILD, mistakes);
        section.sections().values().forEach(inner -> mistakes.add(
                new ConfigMistake(Kind.UNKNOWN_SECTION, inner.origin(), inner.name(), "unknown section")));
        StartAction start = keys.get(ChildKeys.START_ACTION);
        ChildConfig child = new ChildConfig(section.name(), keys.get(ChildKeys.MODE),
                proposals(keys), keys.all(ChildKeys.LOCAL_TS), keys.all(ChildKeys.REMOTE_TS), actions(keys, start),
                Lifetimes.child(keys), keys.get(ChildKeys.PER_CPU_SAS), kernel(keys),
                PerCpuReader.read(keys));
        boolean hardware = child.kernel().offload() == HwOffload.PACKET || child.kernel().offload() == HwOffload.CRYPTO;
        if (hardware && child.mode() == Mode.TUNNEL && child.kernel().tfcPadding() != 0) {
            keys.mistake(ChildKeys.TFC_PADDING, "packets cannot be padded in hardware, which hw_offload asks for");
        }
        checkPriority(keys, child);
        if (child.perCpu() != PerCpu.NO) {
            checkPerCpu(keys, child, start);
        }
        return child;
    }

    /** Lanes come before it, policies that let IKE pass have 1 in a device, and backstops come beneath. */
    private static void checkPriority(KeyReader keys, ChildConfig child) {
        long priority = child.kernel().priority();
        boolean device = child.kernel().offload() == HwOffload.PACKET || child.kernel().offload() == HwOffload.AUTO;
        if (device && priority != 0 && (priority < FIRST_PRIORITY || priority > LAST_PRIORITY)) {
            keys.mistake(ChildKeys.PRIORITY, "with hw_offload = " + (child.kernel().offload() == HwOffload.AUTO ? "auto" : "packet")
                    + " it is 0, or from " + FIRST_PRIORITY + " to " + LAST_PRIORITY
                    + ": IKE passes before, and what is held back comes after");
        }
    }

    /** With packet offload, those that a NIC can hold: what is agreed on beyond them could not be installed. */
    private static List<Proposal> proposals(KeyReader keys) {
        List<Proposal> all = keys.all(ChildKeys.ESP_PROPOSALS).stream().flatMap(List::stream).toList();
        if (keys.get(ChildKeys.HW_OFFLOAD) != HwOffload.PACKET || all.isEmpty()) {
            return all;
        }
        List<Proposal> held = all.stream().map(HardwareSuites::of).flatMap(Optional::stream).toList();
        if (held.isEmpty()) {
            keys.mistake(ChildKeys.HW_OFFLOAD, "packet needs AES-GCM with 128 or 256 bits and an ICV of 16 octets, which is not "
                    + "in esp_proposals");
        }
        return held;
    }

    /**
     * On demand, all begins with the kernel's acquire, which only a trap policy leads to. A child that is not started
     * here at all may still be asked for by the peer.
     */
    private void checkPerCpu(KeyReader keys, ChildConfig child, StartAction start) {
        if (child.mode() == Mode.PASS || child.mode() == Mode.DROP) {
            keys.mistake(ChildKeys.PER_CPU_SAS, "mode = " + (child.mode() == Mode.PASS ? "pass" : "drop")
                    + " has no SAs");
        } else if (start.start() && !start.trap() && child.perCpuOptions().mode() != PerCpuMode.EAGER
                && !asksUnbidden(child)) {
            keys.mistake(ChildKeys.PER_CPU_SAS, "needs start_action = trap, but start_action is " + start);
        }
    }

    /** SAs of lanes are asked for without an acquire. */
    private static boolean asksUnbidden(ChildConfig child) {
        return child.perCpuOptions().lanes() != PerCpuOptions.LANES_AUTO || child.kernel().offload() == HwOffload.PACKET;
    }

    private static ChildActions actions(KeyReader keys, StartAction start) {
        return new ChildActions(start.trap(), start.start(), keys.get(ChildKeys.DPD_ACTION),
                keys.get(ChildKeys.CLOSE_ACTION), keys.find(ChildKeys.UPDOWN).orElse(""),
                keys.get(ChildKeys.HOSTACCESS));
    }

    private KernelOptions kernel(KeyReader keys) {
        Optional<Integer> own = keys.find(ChildKeys.REPLAY_WINDOW);
        return new KernelOptions(keys.get(ChildKeys.POLICIES), keys.get(ChildKeys.POLICIES_FWD_OUT),
                keys.get(ChildKeys.REQID), keys.get(ChildKeys.PRIORITY),
                own.orElse(replayWindow), keys.get(ChildKeys.HW_OFFLOAD),
                keys.find(ChildKeys.INTERFACE).orElse(""), marks(keys), keys.get(ChildKeys.COPY_DF),
                keys.get(ChildKeys.COPY_ECN), keys.get(ChildKeys.COPY_DSCP), keys.get(ChildKeys.ICMP),
                keys.get(ChildKeys.TFC_PADDING), steering, own.orElse(KernelOptions.perCpuWindow(replayWindow)));
    }

    private Marks marks(KeyReader keys) {
        return new Marks(keys.get(ChildKeys.MARK_IN), keys.get(ChildKeys.MARK_OUT), keys.get(ChildKeys.MARK_IN_SA),
                keys.get(ChildKeys.SET_MARK_IN), keys.get(ChildKeys.SET_MARK_OUT),
                keys.find(ChildKeys.IF_ID_IN).orElse(ifIdIn), keys.find(ChildKeys.IF_ID_OUT).orElse(ifIdOut));
    }

    private static final long FIRST_PRIORITY = 3;
    private static final long LAST_PRIORITY = 4_294_967_290L;
}
