package dev.keylane.daemon.metrics;

import dev.keylane.daemon.control.Activity;
import dev.keylane.daemon.control.Status;
import dev.keylane.daemon.traffic.Coverage;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.IkeSaView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/** What is configured, and what of it is up: a child that is down has its series, too. */
final class ConnectionFamilies {
    private ConnectionFamilies() {
    }

    static void write(Status status, Exposition out) {
        out.gauge("keylane_connections", "connections that are configured").add("", status.connections().size());
        out.gauge("keylane_config_last_reload_successful", "1 when the files that were read last are in force, 0 when they had mistakes")
                .add("", status.reload().successful() ? 1 : 0);
        out.gauge("keylane_config_last_reload_success_timestamp_seconds", "when files were read that are in force").add("",
                status.reload().success());
        ikeSas(status, out);
        counts(status, out);
        children(status, out);
        coverage(status.kernel().coverage(), out);
    }

    private static void ikeSas(Status status, Exposition out) {
        Map<String, List<IkeSaView>> up = new HashMap<>();
        status.sas().stream().filter(ConnectionFamilies::isUp)
                .forEach(sa -> up.computeIfAbsent(sa.connection(), _ -> new ArrayList<>()).add(sa));
        out.gauge("keylane_connection_up", "IKE SAs of a connection that are established");
        each(status, name -> out.add(label(name), up.getOrDefault(name, List.of()).size()));
        out.gauge("keylane_connection_established_timestamp_seconds", "when the youngest of them was established");
        each(status, name -> up.getOrDefault(name, List.of()).stream().map(IkeSaView::established)
                .filter(Objects::nonNull).max(Comparator.naturalOrder()).ifPresent(at -> out.add(label(name), at)));
        out.gauge("keylane_connection_rekey_timestamp_seconds", "when the first of them is rekeyed");
        each(status, name -> up.getOrDefault(name, List.of()).stream().map(IkeSaView::rekeyAt)
                .filter(Objects::nonNull).min(Comparator.naturalOrder()).ifPresent(at -> out.add(label(name), at)));
    }

    /** Until another has taken its place. */
    static boolean isUp(IkeSaView sa) {
        return switch (sa.state()) {
            case ESTABLISHED, REKEYING -> true;
            case CREATED, CONNECTING, REKEYED, DELETING, DESTROYING -> false;
        };
    }

    private static void each(Status status, Consumer<String> task) {
        status.connections().forEach(connection -> task.accept(connection.name()));
    }

    private static String label(String connection) {
        return Labels.of("connection", connection);
    }

    private static void counts(Status status, Exposition out) {
        Activity activity = status.activity();
        out.counter("keylane_connection_ups", "IKE SAs of a connection that came up, rekeyings apart");
        each(status, name -> out.add(label(name), activity.ikeUps().getOrDefault(name, 0L)));
        out.counter("keylane_connection_rekeys", "IKE SAs of a connection that took another's place");
        each(status, name -> out.add(label(name), activity.ikeRekeys().getOrDefault(name, 0L)));
        out.counter("keylane_connection_downs", "IKE SAs of a connection that were up and ended without a successor");
        each(status, name -> out.add(label(name), activity.ikeDowns().getOrDefault(name, 0L)));
    }

    private record Child(Activity.Child name, ChildConfig config, String labels) {
    }

    private static void children(Status status, Exposition out) {
        List<Child> children = status.connections().stream().flatMap(connection -> children(connection).stream()).toList();
        Map<Activity.Child, Long> up = new HashMap<>();
        status.sas().stream().flatMap(sa -> sa.children().stream()).filter(ChildSaView::isUp).map(ChildSaView::sa)
                .forEach(sa -> up.merge(new Activity.Child(sa.connection(), sa.name()), 1L, Long::sum));
        out.gauge("keylane_child_configured", "1 for a child that is configured; start tells what brings it up");
        children.forEach(child -> out.add(Labels.with(child.labels(), "start", start(child.config())), 1));
        out.gauge("keylane_child_up", "Child SAs of a child that are up, 0 for one that is down");
        children.forEach(child -> out.add(child.labels(), up.getOrDefault(child.name(), 0L)));
        lives(out, children, status, "keylane_child_ups", "Child SAs that came up, rekeyings included", Activity.Lives::ups);
        lives(out, children, status, "keylane_child_downs", "Child SAs that ended, replaced ones included", Activity.Lives::downs);
        lives(out, children, status, "keylane_child_failures", "Child SAs that were wanted here and did not come up",
                Activity.Lives::failures);
    }

    /** Those that are to have SAs. */
    private static List<Child> children(Connection connection) {
        return connection.children().stream().filter(child -> switch (child.mode()) {
            case TUNNEL, TRANSPORT -> true;
            case PASS, DROP -> false;
        }).map(child -> new Child(new Activity.Child(connection.name(), child.name()), child,
                Labels.of("connection", connection.name(), "child", child.name()))).toList();
    }

    private static String start(ChildConfig child) {
        boolean trap = child.actions().startTrap();
        return child.actions().startNow() ? trap ? "trap|start" : "start" : trap ? "trap" : "none";
    }

    private static void lives(Exposition out, List<Child> children, Status status, String name, String help,
                              ToLongFunction<Activity.Lives> value) {
        out.counter(name, help);
        children.forEach(child -> out.add(child.labels(), value.applyAsLong(
                status.activity().children().getOrDefault(child.name(), Activity.Lives.NONE))));
    }

    /** Of all peers of a child together. */
    private static void coverage(List<Coverage> coverage, Exposition out) {
        Map<String, List<Coverage>> groups = new LinkedHashMap<>();
        coverage.forEach(one -> groups.computeIfAbsent(Labels.of("connection", one.connection(), "child", one.child(),
                "resource", one.lanes() ? "lane" : "cpu"), _ -> new ArrayList<>()).add(one));
        coverage(out, groups, "keylane_percpu_wanted", "CPUs (or lanes) that are to have an SA of their own", Coverage::goal);
        coverage(out, groups, "keylane_percpu_covered", "CPUs (or lanes) of these that have one", Coverage::reached);
    }

    private static void coverage(Exposition out, Map<String, List<Coverage>> groups, String name, String help,
                                 ToIntFunction<Coverage> value) {
        out.gauge(name, help);
        groups.forEach((labels, all) -> out.add(labels, all.stream().mapToInt(value).sum()));
    }
}
