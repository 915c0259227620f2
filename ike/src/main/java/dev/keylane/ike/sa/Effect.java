package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildKeysInOut;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything the core can ask for or report. Effects of one step are carried out in their order. */
public sealed interface Effect {
    /** Send from the socket bound to {@code local}; a NAT-T port's socket adds the non-ESP marker. */
    record SendDatagram(IpEndpoint local, IpEndpoint remote, Octets datagram) implements Effect {
    }

    /** Send the single octet 0xFF, RFC 3948 §2.3, which has no marker. */
    record SendKeepalive(IpEndpoint local, IpEndpoint remote) implements Effect {
    }

    /** Compute, here or elsewhere, and answer with {@link Event.CryptoDone}. */
    record RunCrypto(long ikeSa, long ticket, CryptoTask task) implements Effect {
    }

    /**
     * Put both SAs and their policies into the kernel, all or nothing, close the keys, and answer with
     * {@link Event.ChildInstalled} or {@link Event.ChildInstallFailed}.
     *
     * @param inboundFirst leave the outbound SA to {@link CompleteChild}: while an older SA still carries what we send,
     *                     the peer may not be ready for the new one
     */
    record InstallChild(ChildSa child, ChildKeysInOut keys, boolean inboundFirst) implements Effect {
    }

    /** Install the outbound SA that was left out; nothing when it is there. No answer. */
    record CompleteChild(ChildSa child) implements Effect {
    }

    /**
     * The other ends of these children, all of one IKE SA, are elsewhere now: SAs and policies follow. No answer; where
     * the kernel cannot move an SA safely, {@link Event.RekeyChild} takes its place.
     *
     * @param children with their new path
     */
    record MoveChildren(List<ChildSa> children) implements Effect {
        public MoveChildren {
            children = List.copyOf(children);
        }
    }

    /** Take the SAs, and the policies nobody else uses, out of the kernel: outbound first. No answer. */
    record RemoveChild(ChildSa child) implements Effect {
    }

    record IkeUp(IkeSaView sa) implements Effect {
    }

    /**
     * @param reason one line for the log
     */
    record IkeDown(IkeSaView sa, String reason) implements Effect {
    }

    /**
     * @param sa with this child alone
     */
    record ChildUp(IkeSaView sa, ChildSaView child) implements Effect {
    }

    /**
     * @param sa with this child alone
     */
    record ChildDown(IkeSaView sa, ChildSaView child, String reason) implements Effect {
    }

    /**
     * A child that was wanted did not come up.
     *
     * @param notifyType the peer's error notify, 0 when there was none
     */
    record ChildFailed(String connection, String child, Resource resource, int acquireSeq, int notifyType, String reason)
            implements Effect {
    }

    /**
     * Bring up once more a child that is wanted: answer with {@link Event.Initiate}, from where the route to the peer
     * leaves now.
     */
    record Reinitiate(String connection, String child) implements Effect {
    }

    /** Wait for traffic of a child that was lost: put its trap policies in place, unless they are there. No answer. */
    record InstallTrap(String connection, String child) implements Effect {
    }

    /**
     * The end of a local request.
     *
     * @param failure null on success
     */
    record RequestDone(long request, @Nullable String failure) implements Effect {
    }

    /** A handshake (IKE_SA_INIT and IKE_AUTH) ended. */
    record HandshakeDone(boolean initiator, HandshakeResult result) implements Effect {
    }

    /** A datagram was thrown away. */
    record Dropped(DropReason reason, IpEndpoint remote) implements Effect {
    }

    /** A message was sent again. */
    record Retransmitted(long ikeSa) implements Effect {
    }

    /**
     * A line for the log, formatted only when somebody reads it.
     *
     * @param level 1 what an operator wants to see, 2 details
     * @param ikeSa 0 when there is none
     * @param text  with {@code %s} for each of {@code arguments}; never key material
     */
    record Note(Group group, int level, long ikeSa, String connection, String text, List<Object> arguments)
            implements Effect {
        public String message() {
            return arguments.isEmpty() ? text : text.formatted(arguments.toArray());
        }
    }

    /** Log groups, charon's names. */
    enum Group { IKE, CHD, CFG, KNL, NET, ENC, DMN }
}
