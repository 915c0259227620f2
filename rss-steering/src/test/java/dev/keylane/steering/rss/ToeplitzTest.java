package dev.keylane.steering.rss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ethtool.FakeDevice;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ToeplitzTest {
    private static final Toeplitz TOEPLITZ = new Toeplitz(Octets.ofHex(FakeDevice.KEY));

    static List<String> vectors() throws IOException {
        try (InputStream in = ToeplitzTest.class.getResourceAsStream("vectors.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void publishedVectors(String line) {
        String[] words = line.split(" ");
        Octets source = IpAddress.of(words[0]).octets();
        Octets destination = IpAddress.of(words[2]).octets();
        int ports = Integer.parseInt(words[1]) << 16 | Integer.parseInt(words[3]);
        int addressesOnly = TOEPLITZ.hash(Octets.concat(source, destination));
        assertThat(addressesOnly).isEqualTo(Integer.parseUnsignedInt(words[4], 16));
        int withPorts = Integer.parseUnsignedInt(words[5], 16);
        assertThat(TOEPLITZ.hash(Octets.concat(source, destination, Octets.of(ports >>> 24, ports >>> 16 & 0xff,
                ports >>> 8 & 0xff, ports & 0xff)))).isEqualTo(withPorts);
        assertThat(addressesOnly ^ TOEPLITZ.hash(ports, 32, 2 * source.length() * 8)).as("in parts").isEqualTo(withPorts);
    }

    @Test
    void aKeyThatIsTooShortIsKnown() {
        assertThat(TOEPLITZ.covers(36)).isTrue();
        assertThat(TOEPLITZ.covers(37)).isFalse();
        assertThat(new Toeplitz(Octets.ofHex("6d5a56da")).covers(1)).isFalse();
        Toeplitz none = new Toeplitz(Octets.EMPTY);
        assertThat(none.covers(1)).isFalse();
        assertThat(none.hash(Octets.of(255, 255, 255, 255, 255))).isZero();
    }

    @Test
    void theSumOfInputsHasTheSumOfHashes() {
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            int one = random.nextInt();
            int other = random.nextInt();
            assertThat(TOEPLITZ.hash(one, 32, 64) ^ TOEPLITZ.hash(other, 32, 64)).isEqualTo(TOEPLITZ.hash(one ^ other, 32, 64));
        }
    }
}
