package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.wire.Octets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;

/** HMAC with SHA-2, RFC 2104: one Mac object a hash, keyed anew for each use and left with an all-zero key. */
final class Macs {
    private final Mac sha256 = mac("HmacSHA256");
    private final Mac sha384 = mac("HmacSHA384");
    private final Mac sha512 = mac("HmacSHA512");

    /** The HMAC of the concatenated {@code data} with the hash of {@code hashSize} octets. */
    Secret compute(int hashSize, Secret key, Octets... data) {
        Mac mac = keyed(hashSize, key);
        for (Octets part : data) {
            mac.update(part.borrow());
        }
        return Secret.wrap(finish(mac));
    }

    /** The HMAC over a part of an array. */
    byte[] compute(int hashSize, Secret key, byte[] data, int from, int length) {
        Mac mac = keyed(hashSize, key);
        mac.update(data, from, length);
        return finish(mac);
    }

    /** RFC 7296 §2.13: prf+ (K,S) = T1 | T2 | …, T1 = prf (K, S | 0x01), Tn = prf (K, Tn-1 | S | n). */
    Secret expand(int hashSize, Secret key, Octets seed, int length) {
        int blocks = (length + hashSize - 1) / hashSize;
        if (blocks > MAX_BLOCKS) {
            throw new IllegalArgumentException("prf+ of " + length + " octets");
        }
        Mac mac = keyed(hashSize, key);
        byte[] stream = new byte[blocks * hashSize];
        for (int block = 0; block < blocks; block++) {
            if (block > 0) {
                mac.update(stream, (block - 1) * hashSize, hashSize);
            }
            mac.update(seed.borrow());
            mac.update((byte) (block + 1));
            finishInto(mac, stream, block * hashSize);
        }
        forgetKey(mac);
        byte[] wanted = Arrays.copyOf(stream, length);
        Arrays.fill(stream, (byte) 0);
        return Secret.wrap(wanted);
    }

    private Mac keyed(int hashSize, Secret key) {
        Mac mac = switch (hashSize) {
            case 32 -> sha256;
            case 48 -> sha384;
            case 64 -> sha512;
            default -> throw new IllegalArgumentException("no hash of " + hashSize + " octets");
        };
        try {
            mac.init(new RawKey(key, mac.getAlgorithm()));
        } catch (InvalidKeyException impossible) {
            throw new IllegalStateException(impossible);
        }
        return mac;
    }

    private static byte[] finish(Mac mac) {
        byte[] result = mac.doFinal();
        forgetKey(mac);
        return result;
    }

    private static void finishInto(Mac mac, byte[] target, int at) {
        try {
            mac.doFinal(target, at);
        } catch (ShortBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void forgetKey(Mac mac) {
        try {
            mac.init(NO_KEY);
        } catch (InvalidKeyException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Mac mac(String algorithm) {
        try {
            return Mac.getInstance(algorithm);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static final int MAX_BLOCKS = 255;
    private static final RawKey NO_KEY = new RawKey(Secret.wrap(new byte[1]), "RAW");
}
