package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.IkeHeader;
import java.util.List;

/**
 * Following a peer whose NAT gives it another address or port, RFC 7296 §2.23. What makes us follow is an IKE message
 * that is authentic and new: answered once as a request, waited for as a response. ESP from elsewhere only makes us ask
 * there as well; the answer decides.
 */
final class PeerMoves {
    private final Children children;
    private int requests;
    private int responses;

    PeerMoves(Children children) {
        this.children = children;
    }

    /** The message that came this way was authentic and new. */
    void heard(IkeHeader header, Path way, Turn turn) {
        if (isNewest(header) && mayLeadTo(way, turn.sa())) {
            follow(way, turn);
        }
    }

    /**
     * RFC 7296 §2.23: "dynamic address update should only be done in response to a new packet": within a window, one
     * that was overtaken tells where the peer was, not where it is.
     */
    private boolean isNewest(IkeHeader header) {
        int next = header.messageId() + 1;
        if (Integer.compareUnsigned(next, header.response() ? responses : requests) <= 0) {
            return false;
        }
        if (header.response()) {
            responses = next;
        } else {
            requests = next;
        }
        return true;
    }

    private void follow(Path way, Turn turn) {
        turn.note(Group.IKE, "remote endpoint changed from %s to %s", turn.sa().path().remote(), way.remote());
        turn.emit(new Effect.IkeMoved(turn.sa().viewAlone(), way));
        turn.sa().path(way);
        List<ChildSa> moved = children.move(way);
        if (!moved.isEmpty()) {
            turn.emit(new Effect.MoveChildren(moved));
        }
    }

    /**
     * ESP of the peer comes from elsewhere.
     *
     * @return whether it is worth to ask there
     */
    boolean suspect(IpEndpoint remote, Turn turn) {
        Path way = new Path(turn.sa().path().local(), remote);
        if (!mayLeadTo(way, turn.sa()) || way.equals(turn.sa().alternative())) {
            return false;
        }
        turn.note(Group.IKE, "ESP of the peer comes from %s, asking there", remote);
        turn.sa().alternative(way);
        return true;
    }

    /**
     * RFC 7296 §2.23: hosts "that are not behind a NAT SHOULD send all packets […] to the IP address and port from the
     * last valid authenticated packet"; "a host behind a NAT SHOULD NOT do this", for one packet would break the
     * connection.
     */
    private static boolean mayLeadTo(Path way, IkeSa sa) {
        return sa.nat().remote() && !sa.nat().local() && way.local().equals(sa.path().local())
                && !way.remote().equals(sa.path().remote());
    }
}
