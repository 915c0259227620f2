package dev.keylane.ike.sa;

import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.exchange.Inbound;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end. After the peer's Delete the SA lingers for a while, so that the answer can be repeated if it got lost.
 *
 * @param channel null when there is nothing to repeat
 */
record Closed(@Nullable Channel channel, Instant until) implements IkeSaState {
    static final Closed AT_ONCE = new Closed(null, Instant.MIN);

    static Closed lingering(Channel channel, Instant now) {
        return new Closed(channel, now.plusSeconds(LINGER_SECONDS));
    }

    @Override
    public IkeSaState on(SaEvent event, Turn turn) {
        return switch (event) {
            case SaEvent.Received received -> repeat(received, turn);
            case SaEvent.TimeReached _ -> {
                boolean over = channel == null || !until.isAfter(turn.now());
                if (over) {
                    abandon(turn, "");
                }
                yield over ? AT_ONCE : this;
            }
            case SaEvent.WantChild want -> {
                turn.childFailed(want.wish(), 0, "the IKE_SA is closed");
                yield this;
            }
            case SaEvent.CloseIke close -> {
                turn.done(close.request());
                yield this;
            }
            case SaEvent.CloseChild close -> {
                turn.done(close.request());
                yield this;
            }
            case SaEvent.RekeyChild rekey -> {
                turn.failed(rekey.request(), "no matching SAs to rekey found");
                yield this;
            }
            case SaEvent.RekeyIke rekey -> {
                turn.failed(rekey.request(), "no matching SAs to rekey found");
                yield this;
            }
            case SaEvent.CryptoDone done -> Connecting.stale(this, done);
            case SaEvent.Installed _, SaEvent.InstallFailed _, SaEvent.ChildExpired _,
                 SaEvent.PeerMoved _, SaEvent.PathRestored _ -> this;
        };
    }

    private IkeSaState repeat(SaEvent.Received received, Turn turn) {
        if (channel != null && turn.receive(channel, received) instanceof Inbound.Repeated again) {
            turn.repeat(received.path(), again.answer());
        } else {
            turn.drop(DropReason.UNKNOWN_SPI, received.path().remote());
        }
        return this;
    }

    @Override
    public Optional<Instant> deadline() {
        return channel == null ? Optional.empty() : Optional.of(until);
    }

    @Override
    public IkeSaView.State shown() {
        return IkeSaView.State.DESTROYING;
    }

    @Override
    public void abandon(Turn turn, String reason) {
        if (channel != null) {
            channel.close();
        }
    }

    private static final int LINGER_SECONDS = 10;
}
