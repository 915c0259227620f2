package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.PolicyId;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets and clears the acquire flag of outbound policies. */
final class PolicyFlags {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final KernelWriter writer;
    private final PolicyLedger ledger;

    PolicyFlags(KernelWriter writer, PolicyLedger ledger) {
        this.writer = writer;
        this.ledger = ledger;
    }

    void arm(Collection<PolicyId> policies, boolean on) {
        apply(ledger.arming(policies, on), on ? "raise acquires per CPU" : "stop raising acquires per CPU");
    }

    /** Makes connected sockets find the state of their CPU. */
    void refresh(Collection<PolicyId> policies) {
        apply(ledger.refreshing(policies), "look for states anew");
    }

    private void apply(PolicyLedger.Change change, String purpose) {
        writer.install(change.steps()).ifPresentOrElse(
                failure -> LOG.warn("policies do not {}: {}", purpose, failure),
                () -> ledger.commit(change));
    }
}
