package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Linux puts a policy of packet offload before all that it has, whatever their priorities: those in software that are
 * to come before it would not be found any more, and their packets would leave by the SA of a wider one. Replaced by
 * themselves, they find their place by their priority.
 */
final class Shadowed {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final KernelWriter writer;
    private final PolicyLedger ledger;

    Shadowed(KernelWriter writer, PolicyLedger ledger) {
        this.writer = writer;
        this.ledger = ledger;
    }

    /** @param steps carried out, and committed to the ledger */
    void comeForth(List<KernelStep> steps) {
        List<PolicySpec> above = steps.stream().map(step -> offloaded(step.request())).flatMap(Optional::stream).toList();
        if (above.isEmpty()) {
            return;
        }
        // The first in rank first: each comes behind those before it.
        List<PolicySpec> hidden = ledger.inSoftware().filter(soft -> above.stream().anyMatch(each -> hides(each, soft)))
                .sorted(Comparator.comparingLong(soft -> Integer.toUnsignedLong(soft.priority()))).toList();
        writer.install(ledger.refreshing(hidden.stream().map(PolicySpec::id).toList()).steps())
                .ifPresent(failure -> LOG.warn("policies in software stay behind those in a device: {}", failure));
    }

    private static Optional<PolicySpec> offloaded(XfrmRequest request) {
        return Optional.ofNullable(policy(request)).filter(policy -> policy.offload() != null);
    }

    private static @Nullable PolicySpec policy(XfrmRequest request) {
        return switch (request) {
            case XfrmRequest.NewPolicy(var policy) -> policy;
            case XfrmRequest.UpdPolicy(var policy) -> policy;
            case XfrmRequest.NewSa _, XfrmRequest.UpdSa _, XfrmRequest.MigrateState _, XfrmRequest.DelSa _,
                 XfrmRequest.GetSa _, XfrmRequest.DelPolicy _, XfrmRequest.GetPolicy _ -> null;
        };
    }

    private static boolean hides(PolicySpec above, PolicySpec soft) {
        Selector a = above.id().selector();
        Selector b = soft.id().selector();
        return above.id().direction() == soft.id().direction()
                && Integer.compareUnsigned(soft.priority(), above.priority()) < 0 && a.isV4() == b.isV4()
                && meet(a.source(), a.sourcePrefix(), b.source(), b.sourcePrefix())
                && meet(a.destination(), a.destinationPrefix(), b.destination(), b.destinationPrefix());
    }

    private static boolean meet(IpAddress a, int prefixA, IpAddress b, int prefixB) {
        int common = Math.min(prefixA, prefixB);
        return a.withHostBits(common, false).equals(b.withHostBits(common, false));
    }
}
