package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildKeysInOut;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.child.UdpSources;
import dev.keylane.ike.crypto.IkeKeys;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.wire.Octets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything the core can ask for or report. Effects of one step are carried out in their order. */
public sealed interface Effect {
    /** Something to send. */
    sealed interface Network extends Effect {
    }

    /** For whoever keeps SAs and policies in the kernel. */
    sealed interface Kernel extends Effect {
    }

    /** What has happened, for logs, counters and those who wait for it. */
    sealed interface Report extends Effect {
    }

    /** Send from the socket bound to {@code local}; a NAT-T port's socket adds the non-ESP marker. */
    record SendDatagram(IpEndpoint local, IpEndpoint remote, Octets datagram) implements Network {
    }

    /** Send the single octet 0xFF, RFC 3948 §2.3, which has no marker. */
    record SendKeepalive(IpEndpoint local, IpEndpoint remote) implements Network {
    }

    /** Compute, here or elsewhere, and answer with {@link Event.CryptoDone}. */
    record RunCrypto(long ikeSa, long ticket, CryptoTask task) implements Effect {
    }

    /**
     * We are about to tell the peer this SPI: from now on it may send on it, before our SA is there. It ends with
     * {@link InstallChild} or {@link OfferWithdrawn}. No answer.
     *
     * @param source the UDP port that the peer is asked to send from, {@link UdpSources#ANY} for none
     */
    record ChildOffered(int spiIn, SpiChoice.Use use, int source) implements Kernel {
    }

    /** No SA will come of an SPI that was offered. No answer. */
    record OfferWithdrawn(int spiIn) implements Kernel {
    }

    /**
     * Put both SAs and their policies into the kernel, all or nothing, close the keys, and answer with
     * {@link Event.ChildInstalled} or {@link Event.ChildInstallFailed}.
     *
     * @param inboundFirst leave the outbound SA to {@link CompleteChild}: while an older SA still carries what we send,
     *                     the peer may not be ready for the new one
     */
    record InstallChild(ChildSa child, ChildKeysInOut keys, boolean inboundFirst) implements Kernel {
    }

    /** Install the outbound SA that was left out; nothing when it is there. No answer. */
    record CompleteChild(ChildSa child) implements Kernel {
    }

    /**
     * Another sends from now on. The one that replaces it: a device that goes on with the older of two is to drop this one's
     * outbound SA. Or that of all CPUs: this one is about to be deleted. What the peer still sends on it is to be received.
     * No answer.
     */
    record StopSending(ChildSa child) implements Kernel {
    }

    /**
     * The other ends of these children, all of one IKE SA, are elsewhere now: SAs and policies follow. No answer; where
     * the kernel cannot move an SA safely, {@link Event.RekeyChild} takes its place.
     *
     * @param children with their new path
     */
    record MoveChildren(List<ChildSa> children) implements Kernel {
        public MoveChildren {
            children = List.copyOf(children);
        }
    }

    /**
     * The peer has begun anew, RFC 7296 §2.4: it knows none of these any more, and a {@link RemoveChild} follows for each.
     * It may go on sending on them until what takes their place is in its kernel, but will not receive on them for as long:
     * what is installed from now on carries what we send, whether or not an older SA is bound to the same CPU. No answer.
     */
    record PeerForgot(List<ChildSa> children) implements Kernel {
        public PeerForgot {
            children = List.copyOf(children);
        }
    }

    /** Take the SAs, and the policies nobody else uses, out of the kernel: outbound first. No answer. */
    record RemoveChild(ChildSa child) implements Kernel {
    }

    record IkeUp(IkeSaView sa) implements Report {
    }

    /**
     * @param reason one line for the log
     */
    record IkeDown(IkeSaView sa, String reason) implements Report {
    }

    /**
     * An IKE SA has taken another one's place: no child came or went, all are {@code fresh}'s from now on. There is
     * neither an {@link IkeUp} for the one nor an {@link IkeDown} for the other.
     *
     * @param old as it was last
     */
    record IkeRekeyed(IkeSaView old, IkeSaView fresh) implements Report {
    }

    /**
     * The peer is elsewhere now.
     *
     * @param sa as it was
     */
    record IkeMoved(IkeSaView sa, Path path) implements Report {
    }

    /**
     * @param sa       with this child alone
     * @param replaces the child whose place it takes, as it was last; null for none
     */
    record ChildUp(IkeSaView sa, ChildSaView child, @Nullable ChildSaView replaces) implements Report {
        public ChildUp(IkeSaView sa, ChildSaView child) {
            this(sa, child, null);
        }
    }

    /**
     * @param sa with this child alone
     */
    record ChildDown(IkeSaView sa, ChildSaView child, String reason) implements Report {
    }

    /**
     * A child that was wanted did not come up.
     *
     * @param request    that wanted it, 0 for none; its {@link RequestDone} follows
     * @param notifyType the peer's error notify, 0 when there was none
     */
    record ChildFailed(long request, String connection, String child, Resource resource, int acquireSeq,
                       int notifyType, String reason) implements Report {
    }

    /**
     * Bring up once more a child that is wanted: answer with {@link Event.Initiate}, from where the route to the peer
     * leaves now, or with {@link Event.InitiateHindered}.
     */
    record Reinitiate(String connection, String child) implements Kernel {
    }

    /** Wait for traffic of a child that was lost: put its trap policies in place, unless they are there. No answer. */
    record InstallTrap(String connection, String child) implements Kernel {
    }

    /**
     * The end of a local request.
     *
     * @param failure null on success
     */
    record RequestDone(long request, @Nullable String failure) implements Report {
    }

    /**
     * Something an operator may want to be woken for.
     *
     * @param sa null when it is about none
     */
    record Alerted(Alert alert, @Nullable IkeSaView sa) implements Report {
    }

    /**
     * A message was made or taken, once however often it is repeated and into whatever fragments it is cut.
     *
     * @param connection empty while unknown
     * @param exchange   see {@link dev.keylane.ike.wire.ExchangeType}
     */
    record Exchanged(String connection, int exchange, boolean response, boolean incoming) implements Report {
    }

    /**
     * An IKE SA has keys; emitted only where the settings ask for it. They are destroyed with the IKE SA, so whoever wants
     * them takes them now.
     */
    record KeysAgreed(long spiInitiator, long spiResponder, IkeSuite suite, IkeKeys keys) implements Report {
    }

    /**
     * A handshake (IKE_SA_INIT and IKE_AUTH) ended.
     *
     * @param took from the first message, ours or the peer's
     */
    record HandshakeDone(boolean initiator, HandshakeResult result, Duration took) implements Report {
    }

    /**
     * The peer has answered a request of ours on an established IKE SA.
     *
     * @param took since it was sent for the first time
     */
    record Answered(Asked asked, Duration took) implements Report {
    }

    /** What a request was for: the label of its histogram. */
    enum Asked { CREATE_CHILD, REKEY_CHILD, REKEY_IKE, DELETE, PROBE }

    /** A datagram was thrown away. */
    record Dropped(DropReason reason, IpEndpoint remote) implements Report {
    }

    /** A message was sent again. */
    record Retransmitted(long ikeSa) implements Report {
    }

    /**
     * A line for the log, formatted only when somebody reads it.
     *
     * @param level 0 what an operator must not miss, 1 what he wants to see, 2 details
     * @param ikeSa 0 when there is none
     * @param text  with {@code %s} for each of {@code arguments}; never key material
     */
    record Note(Group group, int level, long ikeSa, String connection, String text, List<Object> arguments)
            implements Report {
        public String message() {
            return arguments.isEmpty() ? text : text.formatted(arguments.toArray());
        }
    }

    /** Log groups, charon's names. */
    enum Group { IKE, CHD, CFG, KNL, NET, ENC, DMN }
}
