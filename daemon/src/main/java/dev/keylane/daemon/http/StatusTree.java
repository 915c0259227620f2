package dev.keylane.daemon.http;

import dev.keylane.daemon.control.Happening;
import dev.keylane.daemon.control.Status;
import dev.keylane.daemon.control.SteeringCount;
import dev.keylane.daemon.metrics.Sample;
import dev.keylane.daemon.metrics.Sample.Rate;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.sa.IkeSaView;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The shape of {@code /status.json}. Every key is always there; what is not known is null. Moments are Unix seconds, rates
 * bits a second.
 * <pre>
 * version kernel taken since ready missing[] layout rate{ received sent }
 * connections: [ { name configured up state local remote local_id remote_id established rekey
 *   children: [ { name start up resource wanted covered
 *     sas: [ { cpu lane state received_packets received_bytes sent_packets sent_bytes rate{} asked granted refused
 *              steering installed rekey } ] } ] } ]
 * steering: [ { device strategy sas hits misses unsteered } ]
 * events: [ { at kind connection child cpus times peer reason } ]
 * </pre>
 */
final class StatusTree {
    private StatusTree() {
    }

    /** @param layout changes when the page has to be laid out anew */
    static JsonObject of(Sample sample, Overview overview, String version, String layout) {
        Status status = sample.status();
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("version", version);
        tree.put("kernel", status.stats().kernel());
        tree.put("taken", seconds(sample.taken()));
        tree.put("since", seconds(status.stats().since()));
        tree.put("ready", status.missing().isEmpty() && sample.problem().isEmpty());
        tree.put("missing", status.missing());
        tree.put("layout", layout);
        tree.put("rate", rate(overview.rate()));
        tree.put("connections", overview.peers().stream().map(StatusTree::peer).toList());
        tree.put("steering", status.stats().steering().stream().map(StatusTree::steering).toList());
        tree.put("events", status.recent().stream().map(StatusTree::event).toList());
        return new JsonObject(tree);
    }

    private static Map<String, @Nullable Object> peer(Overview.Peer peer) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        IkeSaView sa = peer.latest().orElse(null);
        tree.put("name", peer.name());
        tree.put("configured", peer.configured());
        tree.put("up", peer.isUp());
        tree.put("state", sa == null ? null : sa.state().name());
        tree.put("local", sa == null ? null : sa.path().local().toString());
        tree.put("remote", sa == null ? null : sa.path().remote().toString());
        tree.put("local_id", sa == null ? null : text(sa.ids().local()));
        tree.put("remote_id", sa == null ? null : text(sa.ids().remote()));
        tree.put("established", sa == null ? null : seconds(sa.established()));
        tree.put("rekey", sa == null ? null : seconds(sa.rekeyAt()));
        tree.put("children", peer.children().stream().map(StatusTree::child).toList());
        return tree;
    }

    private static Map<String, @Nullable Object> child(Overview.Child child) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("name", child.name());
        tree.put("start", child.start());
        tree.put("up", child.isUp());
        tree.put("resource", child.wanted() == 0 ? null : child.lanes() ? "lane" : "cpu");
        tree.put("wanted", child.wanted());
        tree.put("covered", child.covered());
        tree.put("sas", child.sas().stream().map(StatusTree::sa).toList());
        return tree;
    }

    private static Map<String, @Nullable Object> sa(Overview.Sa sa) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("cpu", sa.series().cpu());
        tree.put("lane", sa.series().lane());
        tree.put("state", sa.view().state().name());
        tree.put("received_packets", sa.carried().receivedPackets());
        tree.put("received_bytes", sa.carried().receivedBytes());
        tree.put("sent_packets", sa.carried().sentPackets());
        tree.put("sent_bytes", sa.carried().sentBytes());
        tree.put("rate", rate(sa.rate()));
        boolean asked = sa.grant().asked() != HwOffload.NO;
        tree.put("asked", asked ? sa.grant().askedLabel() : null);
        tree.put("granted", asked ? sa.grant().granted().label() : null);
        tree.put("refused", sa.grant().isFull() ? null : sa.grant().refusals().toString());
        tree.put("steering", sa.steering().isEmpty() ? null : sa.steering());
        tree.put("installed", seconds(sa.view().installed()));
        tree.put("rekey", seconds(sa.view().rekeyAt()));
        return tree;
    }

    private static Map<String, @Nullable Object> steering(SteeringCount count) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("device", count.device());
        tree.put("strategy", count.strategy());
        tree.put("sas", count.entries());
        tree.put("hits", count.hits());
        tree.put("misses", count.misses());
        tree.put("unsteered", count.unsteered());
        return tree;
    }

    private static Map<String, @Nullable Object> event(Happening event) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("at", seconds(event.at()));
        tree.put("kind", event.kind().name().toLowerCase(Locale.ROOT));
        tree.put("connection", event.connection());
        tree.put("child", event.child().isEmpty() ? null : event.child());
        tree.put("cpus", event.cpus().isEmpty() ? null : event.cpus().toString());
        tree.put("times", event.times());
        tree.put("peer", event.peer().isEmpty() ? null : event.peer());
        tree.put("reason", event.reason().isEmpty() ? null : event.reason());
        return tree;
    }

    private static @Nullable Map<String, @Nullable Object> rate(Optional<Rate> rate) {
        return rate.<Map<String, @Nullable Object>>map(one -> Map.of("received", Math.round(one.receivedBits()),
                "sent", Math.round(one.sentBits()))).orElse(null);
    }

    private static @Nullable String text(@Nullable Identification id) {
        return id == null ? null : id.toString();
    }

    private static @Nullable Double seconds(@Nullable Instant moment) {
        return moment == null ? null : moment.toEpochMilli() / 1000.0;
    }
}
