package dev.keylane.ike.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.wire.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentificationMatchTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "%any | host1 | true",
            "%any | 192.0.2.1 | true",
            "host1 | host1 | true",
            "host1 | HOST1 | true",
            "host1 | host2 | false",
            "host1 | host11 | false",
            "host1 | keyid:host1 | false",
            "*.example.org | a.example.org | true",
            "*.example.org | A.B.EXAMPLE.org | true",
            "*.example.org | .example.org | false",
            "*.example.org | example.org | false",
            "*.example.org | a.example.com | false",
            "*.example.org | fqdn:*.example.org | true",
            "*.example.org | rfc822:a.example.org | false",
            "fqdn:* | host1 | true",
            "fqdn:* | a@host1 | false",
            "a*.example.org | ab.example.org | false",
            "*@example.org | alice@example.org | true",
            "*@example.org | alice@sub.example.org | false",
            "*@example.org | @alice.example.org | false",
            "192.0.2.1 | 192.0.2.1 | true",
            "192.0.2.1 | fqdn:192.0.2.1 | false",
            "2001:db8::1 | 2001:db8:0::1 | true",
            "keyid:Ab | keyid:Ab | true",
            "keyid:Ab | keyid:ab | false",
            "C=DE, O=x, CN=y | C=DE, O=x, CN=y | true",
            "C=DE, O=x, CN=y | C=de, O=X, CN=Y | true",
            "C=DE, O=x, CN=* | C=DE, O=x, CN=z | true",
            "C=*, O=*, CN=* | C=DE, O=x, CN=z | true",
            "C=DE, O=x, CN=y | C=DE, CN=y, O=x | false",
            "C=DE, O=x, CN=* | C=DE, O=x | false",
            "C=DE, O=x | C=DE, O=x, CN=y | false",
            "C=DE, O=x, CN=* | C=DE, O=x, OU=z | false",
            "CN=Jörg | CN=Jörg | true",
            "CN=Jörg | CN=JÖRG | false",
            "E=a@B.c | E=A@b.C | true",
    })
    void asStrongSwanMatches(String pattern, String actual, boolean matches) {
        assertThat(IdentificationMatch.matches(Identification.parse(pattern), Identification.parse(actual)))
                .isEqualTo(matches);
    }

    @Test
    void noPatternAsksForNothing() {
        assertThat(IdentificationMatch.matches(null, Identification.parse("host1"))).isTrue();
    }

    @Test
    void aNullOctetMatchesNoName() {
        Identification sneaky = new Identification(Identification.FQDN, Octets.ofHex("00 2e 6f 7267"));
        assertThat(IdentificationMatch.matches(Identification.parse("*.org"), sneaky)).isFalse();
        assertThat(IdentificationMatch.matches(sneaky, sneaky)).isFalse();
    }

    @Test
    void whatIsNoDistinguishedNameFitsOnlyItself() {
        Identification broken = new Identification(Identification.DER_ASN1_DN, Octets.ofHex("300531"));
        assertThat(IdentificationMatch.matches(broken, broken)).isTrue();
        assertThat(IdentificationMatch.matches(Identification.parse("CN=*"), broken)).isFalse();
    }

    @Test
    void closerPatternsRankHigher() {
        Identification actual = Identification.parse("C=DE, O=x, CN=y");
        assertThat(new String[] {"CN=z", "%any", "C=*, O=*, CN=*", "C=*, O=*, CN=y", "C=DE, O=x, CN=*",
                "C=DE, O=x, CN=y"}).extracting(p -> IdentificationMatch.rank(Identification.parse(p), actual))
                .containsExactly(0, 1, 17, 18, 19, 20);
    }
}
