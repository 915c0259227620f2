package dev.keylane.cli;

import dev.keylane.daemon.control.SteeringSnapshot;
import dev.keylane.daemon.vici.ViciMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code keylane top} knows at one moment.
 *
 * @param nanos       of a clock that only goes forward
 * @param connections every configured one, and those that have an IKE SA still
 */
record TopSample(long nanos, List<Conn> connections) {
    TopSample {
        connections = List.copyOf(connections);
    }

    /**
     * @param children  names as configured
     * @param ikeSas    oldest first
     */
    record Conn(String name, List<String> children, List<Ike> ikeSas) {
        boolean isUp() {
            return ikeSas.stream().anyMatch(ike -> !ike.state().equals("CREATED") && !ike.state().equals("CONNECTING"));
        }

        /** Configured children that no SA stands for. */
        List<String> down() {
            return children.stream().filter(child -> ikeSas.stream().flatMap(ike -> ike.sas().stream())
                    .noneMatch(sa -> sa.child().equals(child))).toList();
        }
    }

    /**
     * @param rekey seconds until then, null for never
     * @param sas   the one for all CPUs first, then by CPU
     */
    record Ike(long id, String state, String remote, @Nullable Long rekey, List<Sa> sas) {
    }

    /**
     * @param place    its CPU or lane, or {@code -} for all
     * @param steering the strategy that brings its packets to its CPU, or {@code -}
     * @param rekey    seconds until then, null for never
     */
    record Sa(long id, String child, String place, String state, String offload, String steering, @Nullable Long rekey,
              Traffic in, Traffic out) {
    }

    record Traffic(long bytes, long packets) {
    }

    static TopSample of(long nanos, List<ViciMessage> conns, List<ViciMessage> sas, SteeringSnapshot steering) {
        Map<String, String> strategies = new LinkedHashMap<>();
        steering.devices().forEach(device -> device.sas().forEach(sa ->
                strategies.put("%08x".formatted(sa.spi()), sa.strategy().isEmpty() ? "none" : sa.strategy())));
        Map<String, List<Ike>> byName = new LinkedHashMap<>();
        Map<String, List<String>> children = new LinkedHashMap<>();
        for (ViciMessage.Section conn : sections(conns)) {
            children.put(conn.name(), wanted(conn.content()));
            byName.put(conn.name(), new ArrayList<>());
        }
        for (ViciMessage.Section sa : IkeSaParts.merged(sas)) {
            byName.computeIfAbsent(sa.name(), _ -> new ArrayList<>()).add(ike(new Keys(sa.content()), strategies));
        }
        return new TopSample(nanos, byName.entrySet().stream().map(conn -> new Conn(conn.getKey(),
                children.getOrDefault(conn.getKey(), List.of()), List.copyOf(conn.getValue()))).toList());
    }

    private static List<ViciMessage.Section> sections(List<ViciMessage> messages) {
        return messages.stream().flatMap(message -> message.sections().stream()).toList();
    }

    /** Shunts have no SA. */
    private static List<String> wanted(ViciMessage conn) {
        return conn.section("children").map(ViciMessage::sections).orElse(List.of()).stream()
                .filter(child -> !List.of("PASS", "DROP").contains(child.content().text("mode").orElse("")))
                .map(ViciMessage.Section::name).toList();
    }

    private static Ike ike(Keys keys, Map<String, String> strategies) {
        List<Sa> sas = keys.message().section("child-sas").map(ViciMessage::sections).orElse(List.of()).stream()
                .map(child -> sa(new Keys(child.content()), strategies))
                .sorted(Comparator.comparing(Sa::child).thenComparing(TopSample::order).thenComparing(Sa::id)).toList();
        return new Ike(count(keys, "uniqueid"), keys.text("state"), keys.text("remote-host"), keys.number("rekey-time"), sas);
    }

    private static long order(Sa sa) {
        String digits = sa.place().replaceAll("\\D.*", "");
        return digits.isEmpty() ? -1 : Long.parseLong(digits);
    }

    private static Sa sa(Keys keys, Map<String, String> strategies) {
        String lane = keys.text("lane");
        String place = !lane.isEmpty() ? lane + "/" + keys.text("lanes") : keys.text("cpu").isEmpty() ? "-" : keys.text("cpu");
        String offload = keys.text("hw-offload").isEmpty()
                ? keys.text("hw-offload-asked").isEmpty() ? "-" : "refused" : keys.text("hw-offload");
        return new Sa(count(keys, "uniqueid"), keys.text("name"), place, keys.text("state"), offload,
                strategies.getOrDefault(keys.text("spi-in"), "-"), keys.number("rekey-time"),
                new Traffic(count(keys, "bytes-in"), count(keys, "packets-in")),
                new Traffic(count(keys, "bytes-out"), count(keys, "packets-out")));
    }

    private static long count(Keys keys, String key) {
        @Nullable Long number = keys.number(key);
        return number == null ? 0 : number;
    }
}
