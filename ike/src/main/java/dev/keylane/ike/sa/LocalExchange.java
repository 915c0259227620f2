package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildOffer;
import dev.keylane.ike.child.ChildReply;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.crypto.Crypto;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An exchange of ours under way, by what it waits for. */
sealed interface LocalExchange {
    /** Our key pair for forward secrecy. */
    record MakingKey(ChildOffer offer, long ticket) implements LocalExchange {
    }

    /**
     * The peer's CREATE_CHILD_SA response.
     *
     * @param pair null without forward secrecy
     */
    record AwaitingReply(ChildOffer offer, Crypto.@Nullable KeyPair pair, int messageId) implements LocalExchange {
        void close() {
            if (pair != null) {
                pair.close();
            }
        }
    }

    /** The shared secret. */
    record Agreeing(ChildOffer offer, ChildReply.Accepted reply, long ticket) implements LocalExchange {
    }

    /** The kernel. */
    record Installing(ChildSa child, ChildWish wish, ChildRekeys.Replacement nonces) implements LocalExchange {
    }

    /** The peer's answer to a Delete of Child SAs. */
    record DeletingChildren(LocalTask.DeleteChildren task, int messageId) implements LocalExchange {
    }

    /** The peer's answer to a Delete of the IKE SA. */
    record DeletingIke(long request, int messageId) implements LocalExchange {
    }

    /** The rekeying of the IKE SA, whatever it waits for. */
    record RekeyingIke(IkeRekeying.Stage stage) implements LocalExchange {
    }

    /** Any sign of life. */
    record Probing(int messageId) implements LocalExchange {
    }

    /** Whether the peer's answer to this message is what it waits for. */
    default boolean awaits(int messageId) {
        return switch (this) {
            case AwaitingReply awaiting -> awaiting.messageId() == messageId;
            case RekeyingIke(IkeRekeying.Stage.AwaitingReply awaiting) -> awaiting.messageId() == messageId;
            case DeletingChildren deleting -> deleting.messageId() == messageId;
            case DeletingIke deleting -> deleting.messageId() == messageId;
            case Probing probing -> probing.messageId() == messageId;
            case MakingKey _, Agreeing _, Installing _, RekeyingIke _ -> false;
        };
    }

    /** Whether this is the computation it waits for. */
    default boolean awaits(SaEvent.CryptoDone done) {
        return switch (this) {
            case MakingKey making -> making.ticket() == done.ticket();
            case Agreeing agreeing -> agreeing.ticket() == done.ticket();
            case RekeyingIke(IkeRekeying.Stage.MakingKey making) -> making.ticket() == done.ticket();
            case RekeyingIke(IkeRekeying.Stage.Agreeing agreeing) -> agreeing.ticket() == done.ticket();
            case AwaitingReply _, Installing _, DeletingChildren _, DeletingIke _, RekeyingIke _, Probing _ -> false;
        };
    }

    /** The child it is to bring, until the peer has answered; null for none. */
    default @Nullable ChildWish wish() {
        return switch (this) {
            case MakingKey making -> making.offer().wish();
            case AwaitingReply awaiting -> awaiting.offer().wish();
            case Agreeing _, Installing _, RekeyingIke _, DeletingChildren _, DeletingIke _, Probing _ -> null;
        };
    }

    /** What the peer was asked for, null where it was asked nothing. */
    default Effect.@Nullable Asked asked() {
        return switch (this) {
            case AwaitingReply awaiting -> awaiting.offer().wish().isRekey()
                    ? Effect.Asked.REKEY_CHILD : Effect.Asked.CREATE_CHILD;
            case RekeyingIke _ -> Effect.Asked.REKEY_IKE;
            case DeletingChildren _, DeletingIke _ -> Effect.Asked.DELETE;
            case Probing _ -> Effect.Asked.PROBE;
            case MakingKey _, Agreeing _, Installing _ -> null;
        };
    }

    /** Tells how long the peer took to answer. */
    default void answered(Instant begun, Turn turn) {
        Effect.Asked asked = asked();
        if (asked != null) {
            turn.emit(new Effect.Answered(asked, Duration.between(begun, turn.now())));
        }
    }

    default boolean changesChildren() {
        return switch (this) {
            case MakingKey _, AwaitingReply _, Agreeing _, Installing _, DeletingChildren _ -> true;
            case RekeyingIke _, DeletingIke _, Probing _ -> false;
        };
    }
}
