package dev.keylane.daemon.http;

import dev.keylane.daemon.control.Activity;
import dev.keylane.daemon.control.SteeringSnapshot;
import dev.keylane.daemon.metrics.Sample;
import dev.keylane.daemon.metrics.Sample.Rate;
import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.traffic.Carried;
import dev.keylane.daemon.traffic.Coverage;
import dev.keylane.daemon.traffic.Placement;
import dev.keylane.daemon.traffic.Series;
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
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the status page shows of connections, in the order of the configuration. */
record Overview(List<Peer> peers) {
    /**
     * A connection.
     *
     * @param sas its IKE SAs, the youngest last
     */
    record Peer(String name, boolean configured, List<IkeSaView> sas, List<Child> children) {
        Optional<IkeSaView> latest() {
            return sas.isEmpty() ? Optional.empty() : Optional.of(sas.getLast());
        }

        boolean isUp() {
            return latest().filter(sa -> sa.state() == IkeSaView.State.ESTABLISHED
                    || sa.state() == IkeSaView.State.REKEYING).isPresent();
        }
    }

    /**
     * @param start    what brings it up: {@code start}, {@code trap}, both, or {@code none}
     * @param wanted   CPUs or lanes that are to have an SA
     * @param covered  those that have one
     */
    record Child(String name, String start, int wanted, int covered, boolean lanes, List<Sa> sas) {
        boolean isUp() {
            return sas.stream().anyMatch(sa -> sa.view().state() == ChildSaView.State.INSTALLED
                    || sa.view().state() == ChildSaView.State.REKEYING);
        }
    }

    /**
     * The youngest Child SA of a child and CPU.
     *
     * @param rate     empty while it is not known
     * @param steering the strategy that brings received packets to its CPU, {@code here} when they are decrypted where they
     *                 arrive, empty where that makes no difference
     */
    record Sa(Series series, ChildSaView view, Carried carried, Optional<Rate> rate, Grant grant, String steering) {
    }

    static Overview of(Sample sample, SteeringSnapshot steering) {
        Map<String, Connection> configured = new LinkedHashMap<>();
        sample.status().connections().forEach(connection -> configured.put(connection.name(), connection));
        Map<String, List<IkeSaView>> sas = new LinkedHashMap<>();
        configured.keySet().forEach(name -> sas.put(name, new ArrayList<>()));
        sample.status().sas().forEach(sa -> sas.computeIfAbsent(sa.connection(), _ -> new ArrayList<>()).add(sa));
        Map<Integer, String> steered = steered(steering);
        Map<Activity.Child, List<Coverage>> coverage = sample.status().kernel().coverage().stream()
                .collect(Collectors.groupingBy(one -> new Activity.Child(one.connection(), one.child())));
        List<Peer> peers = new ArrayList<>();
        sas.forEach((name, all) -> peers.add(new Peer(name, configured.containsKey(name),
                all.stream().sorted(Comparator.comparingLong(IkeSaView::id)).toList(),
                children(name, Optional.ofNullable(configured.get(name)), all, sample, steered, coverage))));
        return new Overview(peers);
    }

    private static Map<Integer, String> steered(SteeringSnapshot steering) {
        Map<Integer, String> bySpi = new HashMap<>();
        steering.devices().forEach(device -> device.sas().forEach(sa ->
                bySpi.put(sa.spi(), sa.strategy().isEmpty() ? "here" : sa.strategy())));
        return bySpi;
    }

    private static List<Child> children(String connection, Optional<Connection> config, List<IkeSaView> sas, Sample sample,
                                        Map<Integer, String> steered, Map<Activity.Child, List<Coverage>> coverage) {
        Map<String, Map<Series, Sa>> byName = new LinkedHashMap<>();
        config.stream().flatMap(one -> one.children().stream()).filter(child -> child.mode() == ChildConfig.Mode.TUNNEL
                || child.mode() == ChildConfig.Mode.TRANSPORT).forEach(child -> byName.put(child.name(), new HashMap<>()));
        sas.stream().flatMap(sa -> sa.children().stream()).sorted(Comparator.comparingLong(child -> child.sa().id()))
                .forEach(child -> {
                    Sa sa = sa(child, sample, steered);
                    byName.computeIfAbsent(child.sa().name(), _ -> new HashMap<>()).put(sa.series(), sa);
                });
        List<Child> children = new ArrayList<>();
        byName.forEach((name, all) -> children.add(child(name, config.flatMap(one -> one.child(name)), all.values().stream(),
                coverage.getOrDefault(new Activity.Child(connection, name), List.of()))));
        return children;
    }

    private static Child child(String name, Optional<ChildConfig> config, Stream<Sa> sas, List<Coverage> own) {
        return new Child(name, config.map(Overview::start).orElse("none"), own.stream().mapToInt(Coverage::goal).sum(),
                own.stream().mapToInt(Coverage::reached).sum(), own.stream().anyMatch(Coverage::lanes),
                sas.sorted(Comparator.comparingInt(sa -> sa.series().resource().cpu())).toList());
    }

    private static String start(ChildConfig child) {
        boolean trap = child.actions().startTrap();
        return child.actions().startNow() ? trap ? "trap|start" : "start" : trap ? "trap" : "none";
    }

    private static Sa sa(ChildSaView view, Sample sample, Map<Integer, String> steered) {
        Placement where = sample.status().kernel().children().getOrDefault(view.sa().id(), new Placement(false, Grant.NONE));
        Series series = Series.of(view.sa(), where.isLane());
        return new Sa(series, view, sample.carried().getOrDefault(series, Carried.NOTHING), sample.rate(series),
                where.grant(), steered.getOrDefault(view.sa().terms().spiIn(), ""));
    }

    /** Of all SAs; empty while it is not known. */
    Optional<Rate> rate() {
        return peers.stream().flatMap(peer -> peer.children().stream()).flatMap(child -> child.sas().stream())
                .flatMap(sa -> sa.rate().stream()).reduce(Rate::plus);
    }
}
