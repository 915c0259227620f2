package dev.keylane.ike.sa;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.exchange.NatDetection;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.sa.IkeSaView.Nat;

/** What NAT detection means for an IKE SA, RFC 7296 §2.23. */
final class NatFindings {
    private NatFindings() {
    }

    /**
     * Notes what was found and, as initiator, moves to the NAT-T ports: "the initiator […] MUST move to port 4500" from
     * IKE_AUTH on.
     *
     * @param fake whether we spoil our hashes to force encapsulation
     */
    static void apply(NatDetection.Found found, boolean fake, Turn turn) {
        IkeSa sa = turn.sa();
        if (!found.supported()) {
            return;
        }
        boolean alone = !found.localBehindNat() && !found.remoteBehindNat();
        sa.nat(new Nat(found.localBehindNat(), found.remoteBehindNat(), fake && alone));
        if (sa.nat().fake()) {
            turn.note(Group.IKE, "faking NAT situation to enforce UDP encapsulation");
        }
        if (found.localBehindNat()) {
            turn.note(Group.IKE, "local host is behind NAT");
        }
        if (found.remoteBehindNat()) {
            turn.note(Group.IKE, "remote host is behind NAT");
        }
        if (sa.nat().any() && sa.initiator()) {
            sa.path(onNatPorts(sa.path(), turn.context().settings()));
        }
    }

    /** A peer's port of its own, configured by hand, stays: it is expected to take both kinds of traffic. */
    private static Path onNatPorts(Path path, EndpointSettings settings) {
        IpEndpoint remote = path.remote().port() == settings.port()
                ? path.remote().withPort(settings.natPort()) : path.remote();
        return new Path(path.local().withPort(settings.natPort()), remote);
    }
}
