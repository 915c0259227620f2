package dev.keylane.ike.crypto;

import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.PrfAlgorithm;
import dev.keylane.ike.wire.Octets;
import java.util.Optional;

/**
 * The cryptographic primitives the core needs, as a port. One instance a shard: an implementation may keep scratch
 * state, so only its own thread calls it. Exceptions are {@link #generate} and {@link #agree}, which any thread may
 * call at any time, because the core has those dear ones run elsewhere.
 */
public interface Crypto {
    /** {@code prf(key, data…)}, RFC 7296 §2.13; as long as the PRF's output. */
    Secret prf(PrfAlgorithm prf, Secret key, Octets... data);

    /** {@code prf+(key, seed)} cut to {@code length} octets, RFC 7296 §2.13; at most 255 blocks. */
    Secret prfPlus(PrfAlgorithm prf, Secret key, Octets seed, int length);

    /** SHA-1, for NAT_DETECTION payloads and recognising retransmissions only. */
    Octets sha1(Octets... data);

    /** The truncated integrity checksum of {@code length} octets of {@code data} from {@code from}. */
    Octets checksum(IntegrityAlgorithm integrity, Secret key, byte[] data, int from, int length);

    /** AES-CBC without padding; {@code data} is a whole number of blocks. {@code encrypt} false decrypts. */
    Octets cbc(boolean encrypt, Secret key, Octets iv, byte[] data, int from, int length);

    /** A keyed AEAD; {@code key} includes the salt at its end, as RFC 5282 §7.1 and RFC 7634 §2 lay it out. */
    Aead aead(EncryptionAlgorithm algorithm, Secret key);

    /** A fresh key pair. Tens of microseconds to milliseconds. */
    KeyPair generate(KeGroup group);

    /**
     * The shared secret, of the group's fixed length (RFC 7296 §2.14: left-padded; RFC 8031). Empty when the peer's
     * public value is not one: wrong length, not on the curve, out of range, or the result is all zeros.
     */
    Optional<Secret> agree(KeyPair own, Octets peerPublic);

    /** An own ephemeral key: the public value as it goes into a KE payload, the private half opaque. */
    interface KeyPair extends AutoCloseable {
        KeGroup group();

        Octets publicValue();

        @Override
        void close();
    }

    /** One AEAD key, reusable for many messages by one thread. The nonce is salt | iv. */
    interface Aead {
        /**
         * Seals {@code length} octets of {@code in} from {@code from} into {@code out} at {@code outFrom}: ciphertext
         * followed by a 16-octet tag. {@code in} and {@code out} may be the same array and place.
         *
         * @return the number of octets written
         */
        int seal(long iv, byte[] aad, int aadLength, byte[] in, int from, int length, byte[] out, int outFrom);

        /**
         * Opens ciphertext and tag ({@code length} counts both) into {@code out}.
         *
         * @return the number of octets written, or -1 when the tag is wrong; {@code out} is then unspecified
         */
        int open(long iv, byte[] aad, int aadLength, byte[] in, int from, int length, byte[] out, int outFrom);
    }
}
