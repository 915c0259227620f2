package dev.keylane.ike.exchange;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.Octets;

/**
 * The sealed part of an SK or SKF payload at the end of a message:
 * <pre>
 *   … cleartext | IV | inner octets, padding, Pad Length | checksum
 *   0           body                                      end of the message
 * </pre>
 * With an AEAD everything before {@code body} is associated data (RFC 5282 §5.1), in the other suites the checksum
 * covers everything before itself (RFC 7296 §3.14).
 */
final class SkBody {
    private SkBody() {
    }

    /** What a sealed part holds, padding taken off: the first {@code length} of {@code octets}. */
    sealed interface Clear {
        record Ok(Octets octets, int length) implements Clear {
        }

        record Unauthentic() implements Clear {
        }

        /** Authentic, but the padding is longer than what holds it. */
        record BadPadding() implements Clear {
        }
    }

    /** Writes the IV behind the payload's cleartext fields; answers where it stands. */
    static int begin(SkKeys keys, long ivCounter, RandomSource random, OctetWriter out) {
        int body = out.length();
        if (keys.cipher().isAead()) {
            out.u64(ivCounter);
        } else {
            // RFC 7296 §3.14: "Senders MUST select a new unpredictable IV for every message."
            out.octets(random.octets(keys.cipher().ivSize()));
        }
        return body;
    }

    /**
     * Pads, fills in the lengths of message and payload, and seals what was written behind the IV.
     *
     * @param payload where the payload's generic header stands
     * @param body    where its IV stands
     */
    static void finish(Crypto crypto, SkKeys keys, int payload, int body, OctetWriter out) {
        int from = body + keys.cipher().ivSize();
        int block = keys.cipher().blockSize();
        // RFC 7296 §3.14: Padding "MUST have a length that makes the combination of the payloads, the Padding, and the
        // Pad Length to be a multiple of the encryption block size".
        int padding = (block - (out.length() + 1 - from) % block) % block;
        out.zeros(padding).u8(padding);
        int length = out.length() - from;
        out.zeros(keys.checksumSize());
        out.patch16(payload + LENGTH_OFFSET, out.length() - payload);
        MessageCodec.finish(out);
        byte[] bytes = out.borrow();
        if (keys.cipher().isAead()) {
            crypto.aead(keys.cipher(), keys.encryption())
                    .seal(readU64(bytes, body), bytes, body, bytes, from, length, bytes, from);
        } else {
            Octets iv = Octets.copyOf(bytes, body, from);
            crypto.cbc(true, keys.encryption(), iv, bytes, from, length).copyTo(bytes, from);
            crypto.checksum(keys.integrityAlgorithm(), keys.integrityKey(), bytes, 0, from + length)
                    .copyTo(bytes, from + length);
        }
    }

    /** Opens the part of {@code message} that starts at {@code body}; nothing in it is looked at before the check. */
    static Clear open(Crypto crypto, SkKeys keys, Octets message, int body) {
        int from = body + keys.cipher().ivSize();
        int to = message.length() - keys.checksumSize();
        // Too short for a Pad Length octet, or no whole number of blocks: no key made this.
        if (to - from < 1 || (to - from) % keys.cipher().blockSize() != 0) {
            return new Clear.Unauthentic();
        }
        return keys.cipher().isAead()
                ? openAead(crypto, keys, message.borrow(), body, from, to)
                : openCbc(crypto, keys, message, body, from, to);
    }

    private static Clear openAead(Crypto crypto, SkKeys keys, byte[] message, int body, int from, int to) {
        byte[] clear = new byte[to - from];
        int sealed = message.length - from;
        int opened = crypto.aead(keys.cipher(), keys.encryption())
                .open(readU64(message, body), message, body, message, from, sealed, clear, 0);
        return opened < 0 ? new Clear.Unauthentic() : unpad(Octets.wrap(clear));
    }

    private static Clear openCbc(Crypto crypto, SkKeys keys, Octets message, int body, int from, int to) {
        byte[] bytes = message.borrow();
        Octets expected = crypto.checksum(keys.integrityAlgorithm(), keys.integrityKey(), bytes, 0, to);
        if (!endsWith(bytes, expected.borrow())) {
            return new Clear.Unauthentic();
        }
        return unpad(crypto.cbc(false, keys.encryption(), message.slice(body, from), bytes, from, to - from));
    }

    /** RFC 7296 §3.14: padding "MAY contain any value", so only its length is looked at. */
    private static Clear unpad(Octets clear) {
        int length = clear.length() - 1 - clear.get(clear.length() - 1);
        return length < 0 ? new Clear.BadPadding() : new Clear.Ok(clear, length);
    }

    /** In constant time. */
    private static boolean endsWith(byte[] message, byte[] checksum) {
        int from = message.length - checksum.length;
        int difference = 0;
        for (int i = 0; i < checksum.length; i++) {
            difference |= message[from + i] ^ checksum[i];
        }
        return difference == 0;
    }

    private static long readU64(byte[] bytes, int at) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        return value;
    }

    private static final int LENGTH_OFFSET = 2;
}
