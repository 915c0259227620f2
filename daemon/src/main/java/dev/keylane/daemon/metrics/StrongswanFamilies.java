package dev.keylane.daemon.metrics;

import dev.keylane.daemon.control.ServiceNames;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The names that dashboards for strongSwan know, those of torilabs' exporter. Its "seconds since" and numbers that change
 * their labels with each rekeying are as they are there; {@code keylane_*} do without.
 */
final class StrongswanFamilies {
    private StrongswanFamilies() {
    }

    static void write(Sample sample, Exposition out) {
        StrongswanSas.write(sample, out);
        List<Connection> connections = sample.status().connections();
        out.gauge("strongswan_conn_count", "connections that are configured").add("", connections.size());
        out.gauge("strongswan_conn_configured", "1 for each connection");
        connections.forEach(connection -> out.add(name(connection), 1));
        out.gauge("strongswan_conn_version", "1 for each connection, whose IKE version is a label");
        connections.forEach(connection -> out.add(Labels.with(name(connection), "version", "IKEv2"), 1));
        out.gauge("strongswan_conn_rekey_time", "configured rekey_time");
        connections.stream().filter(connection -> !connection.options().lifetime().rekey().isZero())
                .forEach(connection -> out.add(name(connection), connection.options().lifetime().rekey().toSeconds()));
        out.gauge("strongswan_conn_child_count", "children of a connection");
        connections.forEach(connection -> out.add(name(connection), connection.children().size()));
        children(connections, out);
        out.gauge("strongswan_cert_count", "always 0, certificates are not supported").add("", 0);
    }

    private static void children(List<Connection> connections, Exposition out) {
        out.gauge("strongswan_conn_child_configured", "1 for each child");
        connections.forEach(connection -> connection.children().forEach(child -> out.add(Labels.of("conn_name",
                connection.name(), "child_name", child.name(), "local_ts", patterns(child.localTs()), "remote_ts",
                patterns(child.remoteTs())), 1)));
        limit(connections, out, "rekey_time", child -> child.lifetime().rekeyTime().toSeconds());
        limit(connections, out, "rekey_bytes", child -> child.lifetime().bytes().rekey());
        limit(connections, out, "rekey_packets", child -> child.lifetime().packets().rekey());
    }

    /** The exporter leaves out what is 0, which means never. */
    private static void limit(List<Connection> connections, Exposition out, String name, ToLongFunction<ChildConfig> value) {
        out.gauge("strongswan_conn_child_" + name, "configured " + name);
        connections.forEach(connection -> connection.children().stream().filter(child -> value.applyAsLong(child) > 0)
                .forEach(child -> out.add(Labels.of("conn_name", connection.name(), "child_name", child.name(), "mode",
                        child.mode().toString()), value.applyAsLong(child))));
    }

    private static String name(Connection connection) {
        return Labels.of("conn_name", connection.name());
    }

    private static String patterns(List<TsPattern> patterns) {
        return patterns.stream().map(ServiceNames::text).collect(Collectors.joining(";"));
    }

    static String selectors(List<TrafficSelector> selectors) {
        return selectors.stream().map(ServiceNames::text).collect(Collectors.joining(";"));
    }
}
