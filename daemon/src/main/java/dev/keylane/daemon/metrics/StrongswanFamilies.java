package dev.keylane.daemon.metrics;

import dev.keylane.daemon.control.ServiceNames;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import java.util.List;
import java.util.Locale;
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
        out.gauge("strongswan_conn_version", "2 for each connection");
        connections.forEach(connection -> out.add(name(connection), 2));
        out.gauge("strongswan_conn_reauth_time", "configured reauth_time");
        connections.forEach(connection -> out.add(name(connection), connection.options().lifetime().reauth().toSeconds()));
        out.gauge("strongswan_conn_rekey_time", "configured rekey_time");
        connections.forEach(connection -> out.add(name(connection), connection.options().lifetime().rekey().toSeconds()));
        out.gauge("strongswan_conn_child_count", "children of a connection");
        connections.forEach(connection -> out.add(name(connection), connection.children().size()));
        children(connections, out);
        out.gauge("strongswan_cert_count", "always 0, certificates are not supported").add("", 0);
    }

    private static void children(List<Connection> connections, Exposition out) {
        out.gauge("strongswan_conn_child_configured", "1 for each child");
        each(connections, (connection, child) -> out.add(Labels.of("conn_name", connection.name(), "child_name", child.name(),
                "local_ts", patterns(child.localTs()), "remote_ts", patterns(child.remoteTs())), 1));
        out.gauge("strongswan_conn_child_rekey_time", "configured rekey_time");
        each(connections, (connection, child) -> out.add(name(connection, child), child.lifetime().rekeyTime().toSeconds()));
        out.gauge("strongswan_conn_child_rekey_bytes", "configured rekey_bytes");
        each(connections, (connection, child) -> out.add(name(connection, child), child.lifetime().bytes().rekey()));
        out.gauge("strongswan_conn_child_rekey_packets", "configured rekey_packets");
        each(connections, (connection, child) -> out.add(name(connection, child), child.lifetime().packets().rekey()));
    }

    @FunctionalInterface
    private interface Task {
        void on(Connection connection, ChildConfig child);
    }

    private static void each(List<Connection> connections, Task task) {
        connections.forEach(connection -> connection.children().forEach(child -> task.on(connection, child)));
    }

    private static String name(Connection connection) {
        return Labels.of("conn_name", connection.name());
    }

    private static String name(Connection connection, ChildConfig child) {
        return Labels.of("conn_name", connection.name(), "child_name", child.name(), "mode",
                child.mode().name().toLowerCase(Locale.ROOT));
    }

    private static String patterns(List<TsPattern> patterns) {
        return patterns.stream().map(pattern -> pattern.isDynamic() ? "dynamic"
                : ServiceNames.text(pattern.resolve(IpAddress.ANY_V4))).collect(Collectors.joining(";"));
    }

    static String selectors(List<TrafficSelector> selectors) {
        return selectors.stream().map(ServiceNames::text).collect(Collectors.joining(";"));
    }
}
