package dev.keylane.ike.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.sim.SeededRandom;
import dev.keylane.ike.wire.Octets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CookiesTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final IpAddress SOURCE = IpAddress.of("192.0.2.1");
    private static final Octets NONCE = Octets.of(1, 2, 3);
    private final Cookies cookies = new Cookies(new JcaCrypto(), new SeededRandom(1));
    private final Octets cookie = cookies.make(NONCE, SOURCE, 7, START);

    @Test
    void aCookieIsGoodForItsOwnerOnly() {
        assertThat(cookie.length()).isBetween(1, 64);
        assertThat(cookies.isValid(cookie, NONCE, SOURCE, 7, START)).isTrue();
        assertThat(cookies.isValid(cookie, Octets.of(1, 2, 4), SOURCE, 7, START)).isFalse();
        assertThat(cookies.isValid(cookie, NONCE, IpAddress.of("192.0.2.2"), 7, START)).isFalse();
        assertThat(cookies.isValid(cookie, NONCE, SOURCE, 8, START)).isFalse();
    }

    /** Whoever has an IPv6 prefix must not get a cookie that is good for an IPv4 address. */
    @Test
    void nonceAndAddressAreNotTakenForOneAnother() {
        IpAddress v6 = IpAddress.of("2001:db8:0:1:a1a2:a3a4:c000:201");
        Octets longer = Octets.concat(NONCE, v6.octets().slice(0, 12));
        assertThat(cookies.isValid(cookies.make(NONCE, v6, 7, START), longer, SOURCE, 7, START)).isFalse();
    }

    @Test
    void everyOctetOfItCounts() {
        for (int at = 0; at < cookie.length(); at++) {
            byte[] wrong = cookie.toByteArray();
            wrong[at] ^= 1;
            assertThat(cookies.isValid(Octets.wrap(wrong), NONCE, SOURCE, 7, START)).isFalse();
        }
        assertThat(cookies.isValid(Octets.EMPTY, NONCE, SOURCE, 7, START)).isFalse();
        assertThat(cookies.isValid(cookie.slice(0, 20), NONCE, SOURCE, 7, START)).isFalse();
    }

    @Test
    void theSecretBeforeStaysValidOnce() {
        assertThat(cookies.isValid(cookie, NONCE, SOURCE, 7, START.plusSeconds(121))).isTrue();
        assertThat(cookies.isValid(cookie, NONCE, SOURCE, 7, START.plusSeconds(242))).isFalse();
    }

    @Test
    void aLongSilenceDoesNotKeepAnOldCookieAlive() {
        assertThat(cookies.isValid(cookie, NONCE, SOURCE, 7, START.plusSeconds(3600))).isFalse();
    }

    @Test
    void versionsWrapAround() {
        Instant now = START;
        for (int change = 0; change < 600; change++) {
            now = now.plusSeconds(121);
            Octets fresh = cookies.make(NONCE, SOURCE, 7, now);
            assertThat(cookies.isValid(fresh, NONCE, SOURCE, 7, now.plusSeconds(60))).isTrue();
        }
    }
}
