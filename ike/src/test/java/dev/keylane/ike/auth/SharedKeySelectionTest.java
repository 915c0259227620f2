package dev.keylane.ike.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.SharedKey;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedKeySelectionTest {
    private static SharedKey key(String name, String... owners) {
        return new SharedKey(name, Secret.wrap(new byte[1]), Stream.of(owners).map(Identification::parse).toList());
    }

    /** Five that overlap: everybody's, by pair, by one side's address, by wildcard, by the other side. */
    private static final List<SharedKey> KEYS = List.of(
            key("everybody"),
            key("pair", "moon.strongswan.org", "sun.strongswan.org"),
            key("address", "192.168.0.1"),
            key("wildcard", "moon.strongswan.org", "*.strongswan.org"),
            key("sun", "sun.strongswan.org"));

    @ParameterizedTest
    @CsvSource({
            "moon.strongswan.org, sun.strongswan.org, pair",
            "sun.strongswan.org, moon.strongswan.org, pair",
            "MOON.strongswan.org, SUN.strongswan.org, pair",
            "moon.strongswan.org, venus.strongswan.org, wildcard",
            "venus.strongswan.org, sun.strongswan.org, pair",
            "192.168.0.2, sun.strongswan.org, pair",
            "carol@strongswan.org, 192.168.0.1, address",
            "192.168.0.1, carol@strongswan.org, everybody",
            "carol@strongswan.org, dave@strongswan.org, everybody",
            "venus.strongswan.org, mars.strongswan.org, wildcard",
    })
    void theKeyWhoseOwnersFitBestWins(String own, String peer, String name) {
        assertThat(SharedKeySelection.find(KEYS, Identification.parse(own), Identification.parse(peer)))
                .map(SharedKey::id).contains(name);
    }

    @Test
    void theOrderDecidesBetweenEquals() {
        List<SharedKey> keys = List.of(key("first", "a", "b"), key("second", "b", "a"));
        assertThat(SharedKeySelection.candidates(keys, Identification.parse("a"), Identification.parse("b")))
                .extracting(SharedKey::id).containsExactly("first", "second");
        assertThat(SharedKeySelection.candidates(keys.reversed(), Identification.parse("a"),
                Identification.parse("b"))).extracting(SharedKey::id).containsExactly("second", "first");
    }

    @Test
    void candidatesAreAllWithAClaimTheBestFirst() {
        assertThat(SharedKeySelection.candidates(KEYS, Identification.parse("moon.strongswan.org"),
                Identification.parse("sun.strongswan.org"))).extracting(SharedKey::id)
                .containsExactly("pair", "sun", "wildcard", "everybody");
    }

    @Test
    void aKeyOfStrangersIsNoKey() {
        List<SharedKey> keys = List.of(key("strangers", "x", "y"));
        assertThat(SharedKeySelection.find(keys, Identification.parse("a"), Identification.parse("b"))).isEmpty();
        assertThat(SharedKeySelection.find(List.of(), Identification.parse("a"), Identification.parse("b"))).isEmpty();
    }

    @Test
    void ownersOfTheBlueFieldFilesFitBothSides() {
        List<SharedKey> keys = List.of(key("ike-BF", "host1", "host2"));
        Identification left = Identification.parse("host1");
        Identification right = Identification.parse("host2");
        assertThat(SharedKeySelection.find(keys, left, right)).isPresent();
        assertThat(SharedKeySelection.find(keys, right, left)).isPresent();
    }
}
