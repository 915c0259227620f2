package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.Octets;

/** What can happen to one IKE SA, once it is known which. */
public sealed interface SaEvent {
    /**
     * A message with our SPI.
     *
     * @param message  as decoded, its encrypted payload still closed
     * @param datagram the same in octets
     * @param path     the way it came
     */
    record Received(IkeMessage message, Octets datagram, Path path) implements SaEvent {
    }

    record CryptoDone(long ticket, CryptoResult result) implements SaEvent {
    }

    record TimeReached() implements SaEvent {
    }

    record Installed(long child) implements SaEvent {
    }

    record InstallFailed(long child, String reason) implements SaEvent {
    }

    record WantChild(ChildWish wish) implements SaEvent {
    }

    record RekeyChild(long request, long child) implements SaEvent {
    }

    /** ESP of the peer comes from here. */
    record PeerMoved(IpEndpoint remote) implements SaEvent {
    }

    /** What was cut is whole again. */
    record PathRestored() implements SaEvent {
    }

    record RekeyIke(long request) implements SaEvent {
    }

    record ChildExpired(long child) implements SaEvent {
    }

    record CloseIke(long request, boolean force) implements SaEvent {
    }

    record CloseChild(long request, long child, boolean force) implements SaEvent {
    }
}
