package dev.keylane.ike.sa;

import java.time.Instant;
import java.util.Optional;

/**
 * A state of an IKE SA, named for what it waits for.
 *
 * <pre>
 * initiator  MakingInitKey → AwaitingInitResponse → AgreeingInit → AwaitingAuthResponse ┐
 * responder  AnsweringInit → AwaitingAuthRequest ───────────────────────────────────────┴→ Established → Closed
 * </pre>
 * A rekeyed one goes from Established to Superseded, while its successor enters Established at once or as Candidate.
 * Every state may also end in Closed, which lingers to repeat a last answer.
 */
public sealed interface IkeSaState permits MakingInitKey, AwaitingInitResponse, AgreeingInit, AwaitingAuthResponse,
        AnsweringInit, AwaitingAuthRequest, Candidate, Established, Superseded, Closed {
    /** Handles the event and answers the state that follows, itself if nothing changes. */
    IkeSaState on(SaEvent event, Turn turn);

    /** When this state wants {@link SaEvent.TimeReached}. */
    Optional<Instant> deadline();

    IkeSaView.State shown();

    /** Ends at once and without a word to the peer, wiping what is secret. */
    void abandon(Turn turn, String reason);
}
