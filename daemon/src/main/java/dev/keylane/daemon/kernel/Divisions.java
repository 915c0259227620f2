package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the children in the kernel are divided into lanes. All SAs of a child have to agree on the number, or flows would
 * match lanes of two divisions: it stays as it is while one of them stands.
 */
final class Divisions {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final HostNetwork network;
    private final Reqids reqids;
    private final Map<Key, Standing> standing = new HashMap<>();

    /** @param reqid of the lane for all */
    private record Key(String connection, String child, int reqid) {
        static Key of(InstalledChild child) {
            return new Key(child.child().connection(), child.child().name(), child.reqid());
        }
    }

    /** @param peers by child */
    private record Standing(Lanes lanes, ChildConfig config, Map<Long, IpAddress> peers) {
    }

    Divisions(HostNetwork network, Reqids reqids) {
        this.network = network;
        this.reqids = reqids;
    }

    /**
     * What a child is to have; to be given back by {@link #giveBack}.
     *
     * @param reqid    of the lane for all
     * @param policies of the child as a whole
     */
    LaneShare take(ChildSa child, int reqid, SaSpec.@Nullable Offload offload, List<PolicySpec> policies) {
        Lanes lanes = lanes(child, reqid, offload, policies);
        if (!lanes.serves(child.resource())) {
            return new LaneShare(lanes, reqid, List.of());
        }
        int lane = child.resource().cpu();
        int own = reqids.leaseLane(child.connection(), child.name(), child.terms().selectors(), lane);
        return new LaneShare(lanes, own, lanes.policies(policies, lane, own));
    }

    /** @param reqid of its outbound SA */
    void giveBack(ChildSa child, Lanes lanes, int reqid) {
        if (lanes.serves(child.resource())) {
            reqids.releaseLane(child.connection(), child.name(), child.terms().selectors(), child.resource().cpu(),
                    reqid);
        }
    }

    void up(InstalledChild child) {
        if (child.lanes().isDivided()) {
            standing.computeIfAbsent(Key.of(child), _ ->
                    new Standing(child.lanes(), child.child().config(), new HashMap<>())).peers()
                    .put(child.child().id(), child.child().path().remote().address());
        }
    }

    void down(InstalledChild child) {
        standing.computeIfPresent(Key.of(child), (_, all) ->
                all.peers().remove(child.child().id()) != null && all.peers().isEmpty() ? null : all);
    }

    /** Those of a configuration at a peer, as far as SAs of it are in the kernel. */
    Lanes of(ChildConfig config, IpAddress peer) {
        return standing.values().stream().filter(all -> all.config().equals(config) && all.peers().containsValue(peer))
                .map(Standing::lanes).findFirst().orElse(Lanes.NONE);
    }

    private Lanes lanes(ChildSa child, int reqid, SaSpec.@Nullable Offload offload, List<PolicySpec> policies) {
        boolean packet = offload != null && offload.packet();
        ChildConfig config = child.config();
        boolean perCpu = child.resource().perCpu() && config.perCpu() != PerCpu.NO && config.kernel().policies();
        int wanted = config.perCpuOptions().lanes();
        if (!perCpu || wanted == PerCpuOptions.LANES_AUTO && !packet) {
            return Lanes.NONE;
        }
        Standing known = standing.get(new Key(child.connection(), child.name(), reqid));
        if (known != null) {
            return known.lanes();
        }
        Lanes lanes = wanted == PerCpuOptions.LANES_AUTO ? queues(child, offload.device()) : new Lanes(wanted);
        return lanes.isDivided() ? fitting(lanes, child, policies) : lanes;
    }

    private Lanes queues(ChildSa child, String device) {
        Lanes lanes = Lanes.upTo(network.queues(device));
        if (!lanes.isDivided() && !child.resource().isBound()) {
            LOG.info("{}{{}}: no lanes, {} has one receive queue", child.name(), child.id(), device);
        }
        return lanes;
    }

    /** As few as policies for all of them make sense for: the kernel looks through them one after the other. */
    private static Lanes fitting(Lanes wanted, ChildSa child, List<PolicySpec> policies) {
        int each = wanted.policies(policies, 1, 0).size();
        Lanes lanes = each == 0 ? Lanes.NONE : wanted;
        while (lanes.count() * each > MOST_POLICIES && lanes.isDivided()) {
            lanes = new Lanes(lanes.count() / 2);
        }
        if (!lanes.equals(wanted) && !child.resource().isBound()) {
            LOG.info("{}{{}}: no {} lanes, {}", child.name(), child.id(), wanted.count(), each == 0
                    ? "the traffic selectors leave no source ports of TCP or UDP open"
                    : "each would need " + each + " policies");
        }
        return lanes;
    }

    /** Of all lanes of one child. */
    private static final int MOST_POLICIES = 1024;
}
