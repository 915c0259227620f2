package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.PrfAlgorithm;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** get-algorithms: what can be proposed, in charon's sections; the empty ones are those of things nobody can choose here. */
final class AlgorithmsCommand implements Command {
    @Override
    public CompletionStage<Answer> run(ViciMessage request, Asker asker) {
        return new Answer.Plain(ViciMessage.builder()
                .section("encryption", section(Stream.of(EncryptionAlgorithm.values()).filter(a -> !a.isAead()).toList()))
                .section("integrity", section(List.of(IntegrityAlgorithm.values())))
                .section("aead", section(Stream.of(EncryptionAlgorithm.values()).filter(EncryptionAlgorithm::isAead).toList()))
                .section("hasher", section(List.of("HASH_SHA1")))
                .section("prf", section(List.of(PrfAlgorithm.values())))
                .section("xof", ViciMessage.EMPTY)
                .section("kdf", section(List.of("KDF_PRF", "KDF_PRF_PLUS")))
                .section("drbg", ViciMessage.EMPTY)
                .section("ke", section(List.of(KeGroup.values())))
                .section("rng", section(List.of("RNG_STRONG")))
                .section("nonce-gen", section(List.of("NONCE_GEN"))).build()).now();
    }

    /** The value tells who provides it: charon's plugin, here the Java Cryptography Architecture. */
    private static ViciMessage section(List<?> algorithms) {
        ViciMessage.Builder keys = ViciMessage.builder();
        algorithms.forEach(algorithm -> keys.set(algorithm.toString(), "jca"));
        return keys.build();
    }
}
