package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.policy.ChildConfig;
import java.util.List;

/** What a request of the peer's for one more SA of a configuration is measured against, RFC 9611 §4. */
record ResourceDemands(Children children, LocalExchanges exchanges, List<PeerExchange> waiting) {
    ResourceAssignment.Demand of(ChildConfig config, Selectors selectors, Path path) {
        return new ResourceAssignment.Demand(config, path.local().address(), path.remote().address(),
                existing(config.name()), children.elsewhere(config.name(), selectors), asked(config.name()));
    }

    /**
     * Those of the children, those promised to requests that are not answered yet, and those that the peer has answered
     * us: it has installed them, and what it asks for follows them, though we are still computing their keys.
     */
    private List<Resource> existing(String name) {
        List<Resource> resources = children.resources(name);
        for (PeerExchange exchange : waiting) {
            if (exchange instanceof PeerExchange.Agreeing agreeing && agreeing.replaced() == null
                    && agreeing.agreed().config().name().equals(name)) {
                resources.add(agreeing.agreed().resource());
            }
        }
        for (LocalExchange exchange : exchanges.underWay()) {
            if (exchange instanceof LocalExchange.Agreeing agreeing && !agreeing.offer().wish().isRekey()
                    && agreeing.offer().wish().config().name().equals(name)) {
                resources.add(agreeing.reply().resource());
            }
        }
        return resources;
    }

    /** The CPUs that we ask for new SAs of this configuration for. */
    private List<Resource> asked(String name) {
        List<Resource> cpus = exchanges.queued(name);
        for (LocalExchange exchange : exchanges.underWay()) {
            ChildWish wish = exchange.wish();
            if (wish != null && LocalQueue.isAdditional(wish, name)) {
                cpus.add(wish.wanted());
            }
        }
        return cpus;
    }
}
