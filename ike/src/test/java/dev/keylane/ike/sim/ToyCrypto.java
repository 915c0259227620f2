package dev.keylane.ike.sim;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.PrfAlgorithm;
import dev.keylane.ike.wire.Octets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;

/**
 * Cryptography without secrecy, so cheap that thousands of handshakes take a second: tags and keys are right or wrong as
 * they should be, but nothing is enciphered. It remembers every key it made or was given, to tell which were not
 * destroyed; using a destroyed one throws in {@link Secret}.
 */
public final class ToyCrypto implements Crypto {
    /** The tag that opens anything where {@link #believes} is set, so that messages of a peer can be forged. */
    public static final Octets BELIEVED = Octets.ofHex("b0".repeat(16));
    public boolean believes;
    /** Takes every public value of a peer for an invalid one where it is set. */
    public boolean doubts;
    private final SeededRandom random;
    private final MessageDigest sha256 = digest("SHA-256");
    private final MessageDigest sha1 = digest("SHA-1");
    private final Set<Secret> secrets = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Pair> pairs = Collections.newSetFromMap(new IdentityHashMap<>());

    ToyCrypto(long seed) {
        this.random = new SeededRandom(seed);
    }

    /**
     * Keys that were made or used and not destroyed since.
     *
     * @param others keys that live on, being somebody else's
     */
    public long open(Set<Secret> others) {
        return pairs.stream().filter(pair -> !pair.closed).count()
                + secrets.stream().filter(secret -> !secret.isClosed() && !others.contains(secret)).count();
    }

    private Secret watched(byte[] bytes) {
        Secret secret = Secret.wrap(bytes);
        secrets.add(secret);
        return secret;
    }

    @Override
    public Secret prf(PrfAlgorithm prf, Secret key, Octets... data) {
        secrets.add(key);
        sha256.update(key.borrow());
        for (Octets part : data) {
            sha256.update(part.borrow());
        }
        return watched(Arrays.copyOf(sha256.digest(), prf.size()));
    }

    @Override
    public Secret prfPlus(PrfAlgorithm prf, Secret key, Octets seed, int length) {
        secrets.add(key);
        byte[] stream = new byte[length];
        for (int at = 0; at < length; at += 32) {
            sha256.update(key.borrow());
            sha256.update(seed.borrow());
            sha256.update((byte) (at / 32));
            System.arraycopy(sha256.digest(), 0, stream, at, Math.min(32, length - at));
        }
        return watched(stream);
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
        secrets.add(key);
        sha256.update(key.borrow());
        sha256.update(data, from, length);
        return Octets.wrap(Arrays.copyOf(sha256.digest(), integrity.checksumSize()));
    }

    @Override
    public Octets cbc(boolean encrypt, Secret key, Octets iv, byte[] data, int from, int length) {
        secrets.add(key);
        key.borrow();
        return Octets.copyOf(data, from, from + length);
    }

    @Override
    public Aead aead(EncryptionAlgorithm algorithm, Secret key) {
        secrets.add(key);
        return new Tagging(key);
    }

    private final class Tagging implements Aead {
        private final Secret key;

        Tagging(Secret key) {
            this.key = key;
        }

        @Override
        public int seal(long iv, byte[] aad, int aadLength, byte[] in, int from, int length, byte[] out, int outFrom) {
            System.arraycopy(in, from, out, outFrom, length);
            System.arraycopy(tag(iv, aad, aadLength, out, outFrom, length), 0, out, outFrom + length, TAG);
            return length + TAG;
        }

        @Override
        public int open(long iv, byte[] aad, int aadLength, byte[] in, int from, int length, byte[] out, int outFrom) {
            int clear = length - TAG;
            byte[] expected = tag(iv, aad, aadLength, in, from, clear);
            byte[] believed = BELIEVED.borrow();
            if (!Arrays.equals(expected, 0, TAG, in, from + clear, from + length)
                    && !(believes && Arrays.equals(believed, 0, TAG, in, from + clear, from + length))) {
                return -1;
            }
            System.arraycopy(in, from, out, outFrom, clear);
            return clear;
        }

        private byte[] tag(long iv, byte[] aad, int aadLength, byte[] data, int from, int length) {
            sha256.update(key.borrow());
            for (int shift = 0; shift < 64; shift += 8) {
                sha256.update((byte) (iv >> shift));
            }
            sha256.update(aad, 0, aadLength);
            sha256.update(data, from, length);
            return sha256.digest();
        }
    }

    private static final class Pair implements KeyPair {
        private final KeGroup group;
        private final Octets publicValue;
        private boolean closed;

        Pair(KeGroup group, Octets publicValue) {
            this.group = group;
            this.publicValue = publicValue;
        }

        @Override
        public KeGroup group() {
            return group;
        }

        @Override
        public Octets publicValue() {
            return publicValue;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Override
    public KeyPair generate(KeGroup group) {
        Pair pair = new Pair(group, random.octets(group.publicSize()));
        pairs.add(pair);
        return pair;
    }

    @Override
    public Optional<Secret> agree(KeyPair own, Octets peerPublic) {
        if (((Pair) own).closed) {
            throw new IllegalStateException("key pair used after it was destroyed");
        }
        if (doubts || peerPublic.length() != own.group().publicSize()) {
            return Optional.empty();
        }
        boolean first = own.publicValue().compareTo(peerPublic) < 0;
        sha256.update((first ? own.publicValue() : peerPublic).borrow());
        sha256.update((first ? peerPublic : own.publicValue()).borrow());
        return Optional.of(watched(Arrays.copyOf(sha256.digest(), own.group().secretSize())));
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static final int TAG = 16;
}
