package dev.keylane.bench;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.proposal.KeGroup;
import java.util.ArrayList;
import java.util.List;

/** What one x25519 key generation and agreement costs here: the yardstick for comparing machines. */
final class KeyExchangeCost {
    private static final int BATCHES = 30;
    private static final int EACH = 200;

    private KeyExchangeCost() {
    }

    /** Microseconds. */
    static Spread measure() {
        Crypto crypto = new JcaCrypto();
        try (Crypto.KeyPair peer = crypto.generate(KeGroup.CURVE_25519)) {
            List<Double> costs = new ArrayList<>();
            for (int i = 0; i < BATCHES; i++) {
                costs.add(batch(crypto, peer));
            }
            return Spread.of(costs, Double::doubleValue);
        }
    }

    private static double batch(Crypto crypto, Crypto.KeyPair peer) {
        long from = CpuTime.ofThread();
        for (int i = 0; i < EACH; i++) {
            try (Crypto.KeyPair own = crypto.generate(KeGroup.CURVE_25519)) {
                crypto.agree(own, peer.publicValue()).orElseThrow().close();
            }
        }
        return (CpuTime.ofThread() - from) / 1e3 / EACH;
    }
}
