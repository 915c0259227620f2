package dev.keylane.daemon.vici.view;

import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.EspSuite;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import org.jspecify.annotations.Nullable;

/** The keys that name algorithms; sizes only where a proposal carries them. */
final class Algorithms {
    private Algorithms() {
    }

    static void add(ViciMessage.Builder to, IkeSuite suite) {
        protection(to, suite.encryption(), suite.keyBits(), suite.integrity());
        to.set("prf-alg", suite.prf()).set("dh-group", suite.group());
    }

    static void add(ViciMessage.Builder to, EspSuite suite) {
        protection(to, suite.encryption(), suite.keyBits(), suite.integrity());
        if (suite.group() != null) {
            to.set("dh-group", suite.group());
        }
        if (suite.esn()) {
            to.set("esn", 1);
        }
    }

    private static void protection(ViciMessage.Builder to, EncryptionAlgorithm encryption, int keyBits,
                                   @Nullable IntegrityAlgorithm integrity) {
        to.set("encr-alg", encryption);
        if (encryption.hasKeyLengthAttribute()) {
            to.set("encr-keysize", keyBits);
        }
        if (integrity != null) {
            to.set("integ-alg", integrity);
        }
    }
}
