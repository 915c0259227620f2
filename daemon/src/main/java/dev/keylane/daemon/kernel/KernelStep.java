package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmRequest;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request of a batch and what takes it back.
 *
 * @param undo     null when it cannot be taken back
 * @param what     for a failure text, such as {@code inbound IPsec SA (SAD)}
 * @param creates  what the journal must know before, null for nothing new
 * @param destroys what the journal may forget after, null for nothing
 */
record KernelStep(XfrmRequest request, @Nullable XfrmRequest undo, String what, @Nullable Owned creates,
                  @Nullable Owned destroys) {

    /** The policy this is about, null when it is about a state. */
    @Nullable PolicyId policy() {
        return switch (request) {
            case XfrmRequest.NewPolicy fresh -> fresh.policy().id();
            case XfrmRequest.UpdPolicy update -> update.policy().id();
            case XfrmRequest.DelPolicy gone -> gone.id();
            case XfrmRequest.GetPolicy query -> query.id();
            case XfrmRequest.NewSa _, XfrmRequest.UpdSa _, XfrmRequest.MigrateState _, XfrmRequest.DelSa _,
                 XfrmRequest.GetSa _ -> null;
        };
    }

    /** Whether something with the same name is there before, after, and when it is taken back. */
    private boolean keepsItsName() {
        return request instanceof XfrmRequest.UpdPolicy && destroys == null;
    }

    /** What has gone from the kernel when this was taken back, null for nothing. */
    @Nullable Owned goesWithUndo() {
        return keepsItsName() ? null : creates;
    }

    boolean isOutboundPolicy() {
        PolicyId policy = policy();
        return policy != null && policy.direction() == PolicyId.Direction.OUT;
    }

    static KernelStep install(SaSpec sa, SaKeys keys) {
        return new KernelStep(new XfrmRequest.NewSa(sa, keys), new XfrmRequest.DelSa(sa.id()), name(sa), Owned.of(sa), null);
    }

    static String name(SaSpec sa) {
        return (sa.direction() == SaSpec.Direction.IN ? "inbound" : "outbound") + " IPsec SA (SAD)";
    }

    /** To other UDP ports between the same hosts. */
    static KernelStep update(SaSpec old, SaSpec fresh) {
        return new KernelStep(new XfrmRequest.UpdSa(fresh), new XfrmRequest.UpdSa(old), "UDP ports of SA " + old.id(),
                null, null);
    }

    /** To other hosts. */
    static KernelStep migrate(SaSpec old, SaSpec fresh) {
        Owned before = Owned.of(old);
        Owned after = Owned.of(fresh);
        boolean renamed = !before.equals(after);
        return new KernelStep(new XfrmRequest.MigrateState(old, fresh), new XfrmRequest.MigrateState(fresh, old),
                "addresses of SA " + old.id(), renamed ? after : null, renamed ? before : null);
    }

    static KernelStep remove(SaSpec sa) {
        return new KernelStep(new XfrmRequest.DelSa(sa.id()), null, "SA " + sa.id(), null, Owned.of(sa));
    }

    static KernelStep remove(SaInfo sa) {
        return new KernelStep(new XfrmRequest.DelSa(sa.id()), null, "SA " + sa.id(), null, Owned.of(sa));
    }

    static KernelStep install(PolicySpec policy) {
        return new KernelStep(new XfrmRequest.NewPolicy(policy), new XfrmRequest.DelPolicy(policy.id()),
                name(policy), Owned.of(policy), null);
    }

    static KernelStep replace(PolicySpec old, PolicySpec fresh) {
        Owned before = Owned.of(old);
        Owned after = Owned.of(fresh);
        boolean renamed = !before.equals(after);
        // UPDPOLICY makes what is not there: the journal names it even if the old one has gone unasked.
        return new KernelStep(new XfrmRequest.UpdPolicy(fresh), new XfrmRequest.UpdPolicy(old), name(fresh), after,
                renamed ? before : null);
    }

    /** Before all others, until {@link #replace} gives it the priority that the journal has. */
    static KernelStep first(PolicySpec policy) {
        return new KernelStep(new XfrmRequest.UpdPolicy(policy.withPriority(0)), new XfrmRequest.UpdPolicy(policy), name(policy),
                null, null);
    }

    static KernelStep remove(PolicySpec policy) {
        return new KernelStep(new XfrmRequest.DelPolicy(policy.id()), null, name(policy), null, Owned.of(policy));
    }

    /** What takes it back, after it has been carried out; not for what has no undo. */
    KernelStep reversed() {
        return new KernelStep(Objects.requireNonNull(undo), request, what, destroys, creates);
    }

    private static String name(PolicySpec policy) {
        return "IPsec policy (SPD) " + policy.id().direction().name().toLowerCase(Locale.ROOT) + " "
                + policy.id().selector().source() + "/" + policy.id().selector().sourcePrefix() + " === "
                + policy.id().selector().destination() + "/" + policy.id().selector().destinationPrefix();
    }
}
