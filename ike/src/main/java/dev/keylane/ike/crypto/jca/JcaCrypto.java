package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.PrfAlgorithm;
import dev.keylane.ike.wire.Octets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@link Crypto} by the fastest provider for each primitive. One instance a shard: Mac and Cipher objects are reused,
 * so only its own thread may call it, except {@link #generate} and {@link #agree}, which any thread may.
 */
public final class JcaCrypto implements Crypto {
    private final Macs macs = new Macs();
    private final Ciphers ciphers = new Ciphers();
    private final MessageDigest sha1 = sha1();
    private final KeyExchanges keyExchanges;

    public JcaCrypto() {
        this(KeyExchanges.fastest(new SecureRandom()));
    }

    JcaCrypto(KeyExchanges keyExchanges) {
        this.keyExchanges = keyExchanges;
    }

    /** Without native code: the key exchanges that are used where Conscrypt does not load. */
    public static JcaCrypto pureJava() {
        return new JcaCrypto(KeyExchanges.pureJava(new SecureRandom()));
    }

    @Override
    public Secret prf(PrfAlgorithm prf, Secret key, Octets... data) {
        return macs.compute(prf.size(), key, data);
    }

    @Override
    public Secret prfPlus(PrfAlgorithm prf, Secret key, Octets seed, int length) {
        return macs.expand(prf.size(), key, seed, length);
    }

    @Override
    public Octets sha1(Octets... data) {
        for (Octets part : data) {
            sha1.update(part.borrow());
        }
        return Octets.wrap(sha1.digest());
    }

    @Override
    public Octets checksum(IntegrityAlgorithm integrity, Secret key, byte[] data, int from, int length) {
        byte[] full = macs.compute(integrity.keySize(), key, data, from, length);
        return Octets.wrap(Arrays.copyOf(full, integrity.checksumSize()));
    }

    @Override
    public Octets cbc(boolean encrypt, Secret key, Octets iv, byte[] data, int from, int length) {
        return ciphers.cbc(encrypt, key, iv, data, from, length);
    }

    @Override
    public Aead aead(EncryptionAlgorithm algorithm, Secret key) {
        return ciphers.aead(algorithm, key);
    }

    @Override
    public KeyPair generate(KeGroup group) {
        return keyExchanges.of(group).generate();
    }

    @Override
    public Optional<Secret> agree(KeyPair own, Octets peerPublic) {
        if (!(own instanceof EphemeralKey key)) {
            throw new IllegalArgumentException("a key pair of another implementation");
        }
        // RFC 7296 §3.4: the length of the Diffie-Hellman public value MUST be that of the prime or curve.
        return peerPublic.length() == key.group().publicSize()
                ? keyExchanges.of(key.group()).agree(key, peerPublic)
                : Optional.empty();
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
