package dev.keylane.daemon.kernel;

import dev.keylane.ike.sa.Event;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** How policies and the SAs behind them are used, by the kernel's account. */
final class UseReading {
    private final KernelWriter writer;
    private final VolumeLimits volumes;

    /**
     * @param policyUsed    when a packet last looked one of the policies up, Unix seconds, 0 for never
     * @param packets       that its SAs have sent
     * @param decryptedHere when the kernel itself last decrypted by one of them; 0 for never, as it should be
     * @param children      whose SAs these are
     */
    record Use(long policyUsed, long packets, long decryptedHere, Set<Long> children) {
    }

    UseReading(KernelWriter writer, VolumeLimits volumes) {
        this.writer = writer;
        this.volumes = volumes;
    }

    /** @param events gets what follows from the counters of single SAs */
    Use of(List<PolicyId> policies, List<InstalledChild> users, List<Event> events) {
        int asked = Math.min(policies.size(), MOST_POLICIES);
        List<XfrmRequest> queries = new ArrayList<>();
        policies.subList(0, asked).forEach(policy -> queries.add(new XfrmRequest.GetPolicy(policy)));
        for (InstalledChild child : users) {
            queries.add(new XfrmRequest.GetSa(child.pair().out().id()));
            queries.add(new XfrmRequest.GetSa(child.pair().in().id()));
        }
        List<XfrmAnswer> answers = writer.submit(queries);
        long used = answers.subList(0, asked).stream()
                .mapToLong(answer -> answer instanceof XfrmAnswer.Policy(var info) ? info.lastUsed() : 0).max().orElse(0);
        long packets = 0;
        long decrypted = 0;
        for (int i = 0; i < users.size(); i++) {
            // The outbound SA of a child may be still to come, or gone already.
            if (answers.get(asked + 2 * i) instanceof XfrmAnswer.Sa(var out)) {
                packets += out.counters().packets();
                volumes.judge(users.get(i), out).ifPresent(events::add);
            }
            if (answers.get(asked + 2 * i + 1) instanceof XfrmAnswer.Sa(var in)) {
                decrypted = Math.max(decrypted, in.lastUsed());
                volumes.judge(users.get(i), in).ifPresent(events::add);
            }
        }
        return new Use(used, packets, decrypted,
                users.stream().map(child -> child.child().id()).collect(Collectors.toSet()));
    }

    /** Of one group: pieces of port ranges are many, and as a rule used together. */
    private static final int MOST_POLICIES = 8;
}
