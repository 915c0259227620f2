package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.XfrmEvent;
import java.util.Optional;

/** Whose packet has raised an acquire. */
record AcquireOwners(PolicyLedger ledger, ChildInstaller children, Traps traps) {
    /** By the policy that raised it, or else by the number of the states it wants. */
    Optional<PolicyOwner> of(XfrmEvent.Acquire acquire) {
        return ledger.owner(acquire.policy())
                .or(() -> children.all().stream().filter(child -> child.reqid() == acquire.reqid()
                        || child.pair().out().reqid() == acquire.reqid())
                        .map(InstalledChild::owner).findFirst())
                .or(() -> traps.owner(acquire.reqid()));
    }
}
