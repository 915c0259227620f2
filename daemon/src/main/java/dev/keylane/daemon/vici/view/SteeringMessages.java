package dev.keylane.daemon.vici.view;

import dev.keylane.daemon.control.SteeringSnapshot;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.ike.net.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is said of steering, as the events of list-steering: a {@code device} or a {@code spread} each, and the SAs of a
 * device, in parts that fit into messages, behind it; in the end {@code senders}, when there are any, and a
 * {@code problem}, when nothing can be steered.
 */
public final class SteeringMessages {
    private SteeringMessages() {
    }

    public static List<ViciMessage> of(SteeringSnapshot snapshot) {
        List<ViciMessage> messages = new ArrayList<>();
        for (SteeringSnapshot.Device device : snapshot.devices()) {
            messages.add(ViciMessage.builder().section("device", device(device)).build());
            for (int from = 0; from < device.sas().size(); from += PART) {
                messages.add(ViciMessage.builder().section("sas",
                        sas(device.sas().subList(from, Math.min(from + PART, device.sas().size())))).build());
            }
        }
        snapshot.spreads().forEach(spread ->
                messages.add(ViciMessage.builder().section("spread", spread(spread)).build()));
        if (!snapshot.senders().equals(SteeringSnapshot.Senders.NONE)) {
            messages.add(ViciMessage.builder().section("senders", senders(snapshot.senders())).build());
        }
        if (!snapshot.problem().isEmpty()) {
            messages.add(ViciMessage.builder().set("problem", snapshot.problem()).build());
        }
        return messages;
    }

    private static ViciMessage device(SteeringSnapshot.Device device) {
        ViciMessage.Builder ways = ViciMessage.builder();
        device.ways().forEach(way -> ways.section(way.strategy(), way(way)));
        return ViciMessage.builder().set("name", device.name()).set("steering", device.steering())
                .section("strategies", ways.build()).build();
    }

    private static ViciMessage way(SteeringSnapshot.Way way) {
        ViciMessage.Builder message = ViciMessage.builder().set("fits", way.fits() ? "yes" : "no")
                .set("reason", way.reason());
        way.inUse().ifPresent(use -> message.section("use", use(use)));
        return message.build();
    }

    private static ViciMessage use(SteeringSnapshot.Use use) {
        ViciMessage.Builder keys = ViciMessage.builder().set("mode", use.mode());
        use.capacity().ifPresent(capacity -> keys.set("capacity", capacity));
        return keys.set("entries", use.entries()).section("packets", packets(use.packets())).list("alerts", use.alerts())
                .build();
    }

    private static ViciMessage sas(List<SteeringSnapshot.Sa> sas) {
        ViciMessage.Builder message = ViciMessage.builder();
        for (SteeringSnapshot.Sa sa : sas) {
            ViciMessage.Builder keys = ViciMessage.builder().set("local", sa.local()).set("cpu", sa.cpu())
                    .set("strategy", sa.strategy());
            sa.packets().ifPresent(packets -> keys.set("packets", packets));
            message.section("%08x".formatted(sa.spi()), keys.set("reasons", sa.reasons()).build());
        }
        return message.build();
    }

    private static ViciMessage spread(SteeringSnapshot.Spread spread) {
        return ViciMessage.builder().set("device", spread.device()).set("mode", spread.mode())
                .set("problem", spread.problem()).list("cpus", spread.cpus()).section("packets", packets(spread.packets()))
                .build();
    }

    private static ViciMessage senders(SteeringSnapshot.Senders senders) {
        return ViciMessage.builder().list("devices", senders.devices()).set("problem", senders.problem())
                .set("program", senders.byProgram()).set("acquires", senders.byAcquires())
                .set("kernel", senders.byKernel()).build();
    }

    private static SteeringSnapshot.Senders readSenders(ViciMessage senders) {
        return new SteeringSnapshot.Senders(senders.list("devices"), text(senders, "problem"), number(senders, "program"),
                number(senders, "acquires"), number(senders, "kernel"));
    }

    private static ViciMessage packets(Map<String, Long> packets) {
        ViciMessage.Builder message = ViciMessage.builder();
        packets.forEach(message::set);
        return message.build();
    }

    /**
     * The other way round.
     *
     * @throws IllegalArgumentException when these are no such messages
     */
    public static SteeringSnapshot read(List<ViciMessage> messages) {
        List<SteeringSnapshot.Device> devices = new ArrayList<>();
        List<SteeringSnapshot.Spread> spreads = new ArrayList<>();
        SteeringSnapshot.Senders senders = SteeringSnapshot.Senders.NONE;
        String problem = "";
        for (ViciMessage message : messages) {
            message.section("device").ifPresent(device -> devices.add(readDevice(device)));
            message.section("sas").ifPresent(sas -> devices.add(with(devices.removeLast(), sas)));
            message.section("spread").ifPresent(spread -> spreads.add(readSpread(spread)));
            senders = message.section("senders").map(SteeringMessages::readSenders).orElse(senders);
            problem = message.text("problem").orElse(problem);
        }
        return new SteeringSnapshot(devices, spreads, senders, problem);
    }

    private static SteeringSnapshot.Device readDevice(ViciMessage device) {
        List<ViciMessage.Section> ways = device.section("strategies").orElse(ViciMessage.EMPTY).sections();
        return new SteeringSnapshot.Device(text(device, "name"), text(device, "steering"),
                ways.stream().map(SteeringMessages::readWay).toList(), List.of());
    }

    private static SteeringSnapshot.Way readWay(ViciMessage.Section way) {
        Optional<SteeringSnapshot.Use> use = way.content().section("use").map(keys -> new SteeringSnapshot.Use(
                text(keys, "mode"), keys.text("capacity").map(Integer::valueOf).map(OptionalInt::of)
                .orElse(OptionalInt.empty()), number(keys, "entries"), readPackets(keys),
                keys.list("alerts")));
        return new SteeringSnapshot.Way(way.name(), text(way.content(), "fits").equals("yes"),
                text(way.content(), "reason"), use);
    }

    private static SteeringSnapshot.Device with(SteeringSnapshot.Device device, ViciMessage sas) {
        List<SteeringSnapshot.Sa> all = new ArrayList<>(device.sas());
        for (ViciMessage.Section sa : sas.sections()) {
            ViciMessage keys = sa.content();
            all.add(new SteeringSnapshot.Sa(IpAddress.of(text(keys, "local")), Integer.parseUnsignedInt(sa.name(), 16),
                    number(keys, "cpu"), text(keys, "strategy"), keys.text("packets").map(Long::valueOf)
                    .map(OptionalLong::of).orElse(OptionalLong.empty()), text(keys, "reasons")));
        }
        return new SteeringSnapshot.Device(device.name(), device.steering(), device.ways(), all);
    }

    private static SteeringSnapshot.Spread readSpread(ViciMessage spread) {
        return new SteeringSnapshot.Spread(text(spread, "device"), text(spread, "mode"), text(spread, "problem"),
                spread.list("cpus").stream().map(Integer::valueOf).toList(), readPackets(spread));
    }

    private static Map<String, Long> readPackets(ViciMessage keys) {
        Map<String, Long> packets = new LinkedHashMap<>();
        for (ViciMessage.Element element : keys.section("packets").orElse(ViciMessage.EMPTY).elements()) {
            if (element instanceof ViciMessage.Value value) {
                packets.put(value.name(), Long.valueOf(value.text()));
            }
        }
        return packets;
    }

    private static String text(ViciMessage keys, String name) {
        return keys.text(name).orElse("");
    }

    private static int number(ViciMessage keys, String name) {
        return Integer.parseInt(text(keys, name));
    }

    /** A message holds some thousand of them. */
    private static final int PART = 1000;
}
