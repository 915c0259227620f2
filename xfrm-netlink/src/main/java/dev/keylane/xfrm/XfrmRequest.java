package dev.keylane.xfrm;

import org.jspecify.annotations.Nullable;

/** One message to the kernel. */
public sealed interface XfrmRequest {
    /** The policy that is there when this has been carried out; null when it is about something else. */
    default @Nullable PolicySpec installs() {
        return switch (this) {
            case NewPolicy(PolicySpec policy) -> policy;
            case UpdPolicy(PolicySpec policy) -> policy;
            case NewSa _, UpdSa _, MigrateState _, DelSa _, GetSa _, DelPolicy _, GetPolicy _ -> null;
        };
    }

    /** XFRM_MSG_NEWSA: EEXIST when destination, SPI and protocol are taken. The keys are not closed by the adapter. */
    record NewSa(SaSpec sa, SaKeys keys) implements XfrmRequest {
    }

    /**
     * XFRM_MSG_UPDSA: other UDP ports for a state that has some. Keys, counters, replay state and CPU stay. ESRCH without
     * the state, EINVAL when it is not encapsulated.
     */
    record UpdSa(SaSpec sa) implements XfrmRequest {
    }

    /**
     * XFRM_MSG_MIGRATE_STATE: other addresses and ports for a state, in one step, so that no sequence number is used
     * twice; keys, counters, replay state and CPU stay. EEXIST when the new name is taken. Only where
     * {@link XfrmCapabilities#migration}.
     *
     * @param to differs in addresses and encapsulation only
     */
    record MigrateState(SaSpec from, SaSpec to) implements XfrmRequest {
    }

    /** XFRM_MSG_DELSA. */
    record DelSa(SaId id) implements XfrmRequest {
    }

    /** XFRM_MSG_GETSA: answered by {@link XfrmAnswer.Sa}, with counters. */
    record GetSa(SaId id) implements XfrmRequest {
    }

    /** XFRM_MSG_NEWPOLICY: EEXIST when selector and direction are taken. */
    record NewPolicy(PolicySpec policy) implements XfrmRequest {
    }

    /** XFRM_MSG_UPDPOLICY: creates or replaces; also makes sockets look for their state anew. */
    record UpdPolicy(PolicySpec policy) implements XfrmRequest {
    }

    /** XFRM_MSG_DELPOLICY. */
    record DelPolicy(PolicyId id) implements XfrmRequest {
    }

    /** XFRM_MSG_GETPOLICY: answered by {@link XfrmAnswer.Policy}. */
    record GetPolicy(PolicyId id) implements XfrmRequest {
    }
}
