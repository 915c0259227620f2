package dev.keylane.ike.sa;

import dev.keylane.ike.crypto.IkeKeys;
import dev.keylane.ike.crypto.KeySchedule;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.wire.Octets;

/**
 * An IKE SA made to replace another: keyed, and not in charge of anything yet.
 *
 * @param lowestNonce the lower one of the two nonces it was made with
 */
record Successor(IkeSa sa, Channel channel, Octets lowestNonce) {
    /**
     * RFC 7296 §1.3.2: whoever asked for the rekeying is the initiator of the new IKE SA.
     *
     * @param initiator whether that is us
     * @param shared    destroyed by the call
     * @param turn      of the IKE SA to be replaced
     */
    static Successor of(Channel old, IkeSuite suite, Secret shared, Octets nonceI, Octets nonceR, boolean initiator,
                        long localSpi, long remoteSpi, Turn turn) {
        IkeSa sa = IkeSa.successor(turn.context().nextIkeId(), initiator, localSpi, remoteSpi, suite, turn.sa());
        IkeKeys keys = KeySchedule.rekeyed(turn.context().crypto(), suite, old.suite().prf(), old.keys().d(), shared,
                nonceI, nonceR, sa.spiInitiator(), sa.spiResponder());
        KeyDisclosure.tell(sa, suite, keys, turn);
        return new Successor(sa, old.successor(initiator, sa.spiInitiator(), sa.spiResponder(), suite, keys),
                nonceI.compareTo(nonceR) < 0 ? nonceI : nonceR);
    }
}
