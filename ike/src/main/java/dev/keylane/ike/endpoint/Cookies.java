package dev.keylane.ike.endpoint;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.proposal.PrfAlgorithm;
import dev.keylane.ike.wire.Octets;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;

/**
 * Stateless cookies, RFC 7296 §2.6: {@code version | HMAC(secret, SPIi | length of IPi | IPi | Ni)}. The secret changes every two
 * minutes; the one before stays valid as long again, so that an honest answer is never too late.
 */
final class Cookies {
    private final Crypto crypto;
    private final RandomSource random;
    private Secret current;
    private Secret previous;
    private int version;
    private Instant renewAt = Instant.MIN;

    Cookies(Crypto crypto, RandomSource random) {
        this.crypto = crypto;
        this.random = random;
        this.current = fresh();
        this.previous = fresh();
    }

    Octets make(Octets nonce, IpAddress source, long spiI, Instant now) {
        renew(now);
        return cookie(version, current, nonce, source, spiI);
    }

    boolean isValid(Octets cookie, Octets nonce, IpAddress source, long spiI, Instant now) {
        renew(now);
        if (cookie.length() != SIZE) {
            return false;
        }
        int age = version - cookie.get(0) & 0xff;
        if (age > 1) {
            return false;
        }
        Octets expected = cookie(cookie.get(0), age == 0 ? current : previous, nonce, source, spiI);
        return MessageDigest.isEqual(expected.borrow(), cookie.borrow());
    }

    private Octets cookie(int of, Secret secret, Octets nonce, IpAddress source, long spiI) {
        // The address stands where its length is certain: an IPv6 one must not pass for a longer nonce and an IPv4 one.
        Octets address = source.octets();
        Octets head = Octets.wrap(ByteBuffer.allocate(9).putLong(spiI).put((byte) address.length()).array());
        try (Secret mac = crypto.prf(PrfAlgorithm.PRF_HMAC_SHA2_256, secret, head, address, nonce)) {
            return Octets.concat(Octets.of(of), Octets.copyOf(mac.borrow(), 0, SIZE - 1));
        }
    }

    private void renew(Instant now) {
        if (renewAt.isAfter(now)) {
            return;
        }
        previous.close();
        boolean idle = !renewAt.plus(LIFETIME).isAfter(now);
        if (idle) {
            current.close();
        }
        previous = idle ? fresh() : current;
        current = fresh();
        version = version + 1 & 0xff;
        renewAt = now.plus(LIFETIME);
    }

    private Secret fresh() {
        return Secret.wrap(random.octets(32).toByteArray());
    }

    private static final int SIZE = 21;
    private static final Duration LIFETIME = Duration.ofMinutes(2);
}
