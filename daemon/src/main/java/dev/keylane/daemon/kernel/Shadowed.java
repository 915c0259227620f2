package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Linux puts a policy of packet offload before all that it has, whatever their priorities: those in software that are
 * to come before it would not be found any more, and their packets would leave by the SA of a wider one. Linux puts a policy
 * behind the last one that is to come before it, also where that is behind one in a device, and one that is replaced not
 * behind its own place. So each is replaced twice: with priority 0 it comes before all, and from there with its own as far
 * as the first that is to come after it.
 */
final class Shadowed {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final KernelWriter writer;
    private final PolicyLedger ledger;

    Shadowed(KernelWriter writer, PolicyLedger ledger) {
        this.writer = writer;
        this.ledger = ledger;
    }

    /** @param change carried out */
    void commit(PolicyLedger.Change change) {
        ledger.commit(change);
        comeForth(change.steps());
    }

    /** @param steps carried out, and committed to the ledger */
    void comeForth(List<KernelStep> steps) {
        List<PolicySpec> devices = ledger.inDevices().toList();
        if (devices.isEmpty()) {
            return;
        }
        List<PolicySpec> fresh = steps.stream().map(step -> fresh(step.request())).flatMap(Optional::stream).toList();
        // The first in rank first: each comes behind those before it.
        List<PolicySpec> hidden = Stream.concat(behind(moved(steps, devices, fresh)), late(fresh, devices)).distinct()
                .sorted(Comparator.comparingLong(soft -> Integer.toUnsignedLong(soft.priority()))).toList();
        writer.install(hidden.stream().flatMap(soft -> Stream.of(KernelStep.first(soft), KernelStep.replace(soft, soft))).toList())
                .ifPresent(failure -> LOG.warn("policies in software stay behind those in a device: {}", failure));
    }

    /** What has come before all others: as it was installed, or since Linux has sorted those anew that a wider one lies above. */
    private static List<PolicySpec> moved(List<KernelStep> steps, List<PolicySpec> devices, List<PolicySpec> fresh) {
        return Stream.concat(steps.stream().map(step -> offloaded(step.request())).flatMap(Optional::stream),
                devices.stream().filter(each -> fresh.stream().anyMatch(soft -> isWider(soft, each)))).toList();
    }

    private Stream<PolicySpec> behind(List<PolicySpec> above) {
        return above.isEmpty() ? Stream.empty()
                : ledger.inSoftware().filter(soft -> above.stream().anyMatch(each -> hides(each, soft)));
    }

    /** A new one may come to stand behind one in a device, if another one in software does. */
    private Stream<PolicySpec> late(List<PolicySpec> fresh, List<PolicySpec> devices) {
        return ledger.inSoftware(fresh.stream().map(PolicySpec::id).toList())
                .filter(soft -> devices.stream().anyMatch(each -> hides(each, soft)));
    }

    private static Optional<PolicySpec> fresh(XfrmRequest request) {
        return request instanceof XfrmRequest.NewPolicy(var policy) && policy.offload() == null ? Optional.of(policy)
                : Optional.empty();
    }

    private static Optional<PolicySpec> offloaded(XfrmRequest request) {
        return Optional.ofNullable(request.installs()).filter(policy -> policy.offload() != null);
    }

    private static boolean hides(PolicySpec above, PolicySpec soft) {
        Selector a = above.id().selector();
        Selector b = soft.id().selector();
        return above.id().direction() == soft.id().direction()
                && Integer.compareUnsigned(soft.priority(), above.priority()) < 0 && a.isV4() == b.isV4()
                && meet(a.source(), a.sourcePrefix(), b.source(), b.sourcePrefix())
                && meet(a.destination(), a.destinationPrefix(), b.destination(), b.destinationPrefix());
    }

    /** Linux keeps policies by prefixes, and those of a wider one all together: net/xfrm/xfrm_policy.c, xfrm_policy_inexact_node. */
    private static boolean isWider(PolicySpec fresh, PolicySpec than) {
        Selector a = fresh.id().selector();
        Selector b = than.id().selector();
        return fresh.id().direction() == than.id().direction() && a.isV4() == b.isV4()
                && (a.sourcePrefix() < b.sourcePrefix() && meet(a.source(), a.sourcePrefix(), b.source(), b.sourcePrefix())
                || a.destinationPrefix() < b.destinationPrefix()
                && meet(a.destination(), a.destinationPrefix(), b.destination(), b.destinationPrefix()));
    }

    private static boolean meet(IpAddress a, int prefixA, IpAddress b, int prefixB) {
        return a.isWithin(b, Math.min(prefixA, prefixB));
    }
}
