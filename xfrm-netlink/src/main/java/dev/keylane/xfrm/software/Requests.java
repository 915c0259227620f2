package dev.keylane.xfrm.software;

import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmRequest;
import org.jspecify.annotations.Nullable;

/** Carries out requests on the tables; the caller holds their lock. */
final class Requests {
    private final Tables tables;
    private final Lifetimes lifetimes;
    private final Drops drops;
    private final int cpus;

    Requests(Tables tables, Lifetimes lifetimes, Drops drops, int cpus) {
        this.tables = tables;
        this.lifetimes = lifetimes;
        this.drops = drops;
        this.cpus = cpus;
    }

    XfrmAnswer apply(XfrmRequest request) {
        return switch (request) {
            case XfrmRequest.NewSa(SaSpec sa, SaKeys keys) -> newSa(sa, keys);
            case XfrmRequest.UpdSa(SaSpec sa) -> updSa(sa);
            case XfrmRequest.MigrateState(SaSpec from, SaSpec to) -> migrate(from, to);
            case XfrmRequest.DelSa(SaId id) -> delSa(id);
            case XfrmRequest.GetSa(SaId id) -> getSa(id);
            case XfrmRequest.NewPolicy(PolicySpec policy) -> putPolicy("NEWPOLICY", policy, false);
            case XfrmRequest.UpdPolicy(PolicySpec policy) -> putPolicy("UPDPOLICY", policy, true);
            case XfrmRequest.DelPolicy(PolicyId id) -> delPolicy(id);
            case XfrmRequest.GetPolicy(PolicyId id) -> getPolicy(id);
        };
    }

    private XfrmAnswer newSa(SaSpec sa, SaKeys keys) {
        Refusal refusal = SaRules.check(sa, keys, cpus);
        if (refusal == null && tables.sad().find(sa.id()) != null) {
            refusal = Refusal.EEXIST;
        }
        if (refusal != null) {
            return refusal.of("NEWSA");
        }
        SaState state = new SaState(sa, keys);
        tables.spd().waiting().forEach(Backlog::announceFlush);
        lifetimes.arm(state);
        tables.sad().add(state);
        tables.larvals().answer(sa);
        return new XfrmAnswer.Done();
    }

    private XfrmAnswer updSa(SaSpec sa) {
        SaState state = tables.sad().find(sa.id());
        if (state == null || state.spec().direction() != sa.direction()) {
            return Refusal.ESRCH.of("UPDSA");
        }
        if ((state.spec().encap() == null) != (sa.encap() == null)) {
            return Refusal.EINVAL.of("UPDSA");
        }
        tables.sad().move(state, state.spec().with(sa.encap()));
        return new XfrmAnswer.Done();
    }

    private XfrmAnswer migrate(SaSpec from, SaSpec to) {
        SaState state = tables.sad().find(from.id());
        if (state == null) {
            return Refusal.ESRCH.because("Can not find state").of("MIGRATE_STATE");
        }
        if (!from.id().equals(to.id()) && tables.sad().find(to.id()) != null) {
            return Refusal.EEXIST.because("New SA tuple already occupied").of("MIGRATE_STATE");
        }
        tables.sad().move(state, state.spec().between(to.source(), to.id().destination(), to.encap()));
        return new XfrmAnswer.Done();
    }

    private XfrmAnswer delSa(SaId id) {
        SaState state = tables.sad().find(id);
        return state != null && lifetimes.remove(state) ? new XfrmAnswer.Done() : Refusal.ESRCH.of("DELSA");
    }

    private XfrmAnswer getSa(SaId id) {
        SaState state = tables.sad().find(id);
        return state == null ? Refusal.ESRCH.of("GETSA") : new XfrmAnswer.Sa(state.info());
    }

    private XfrmAnswer putPolicy(String request, PolicySpec policy, boolean replace) {
        Refusal refusal = checkPolicy(policy);
        if (refusal == null && !replace && tables.spd().get(policy.id()) != null) {
            refusal = Refusal.EEXIST;
        }
        if (refusal != null) {
            return refusal.of(request);
        }
        tables.spd().put(policy);
        return new XfrmAnswer.Done();
    }

    private static @Nullable Refusal checkPolicy(PolicySpec policy) {
        if (policy.offload() != null) {
            return Refusal.EINVAL;
        }
        if (policy.templates().size() > 1) {
            return Refusal.EINVAL.because("More than one template is not supported by the software kernel");
        }
        if (policy.id().selector().ifindex() != 0) {
            return Refusal.EINVAL.because("The software kernel knows no interfaces");
        }
        return null;
    }

    private XfrmAnswer delPolicy(PolicyId id) {
        Policy gone = tables.spd().remove(id);
        if (gone == null) {
            return Refusal.ENOENT.of("DELPOLICY");
        }
        drops.add(DropReason.OUT_UNANSWERED, gone.backlog().drop(entry -> true));
        return new XfrmAnswer.Done();
    }

    private XfrmAnswer getPolicy(PolicyId id) {
        Policy policy = tables.spd().get(id);
        return policy == null ? Refusal.ENOENT.of("GETPOLICY") : new XfrmAnswer.Policy(policy.info());
    }
}
