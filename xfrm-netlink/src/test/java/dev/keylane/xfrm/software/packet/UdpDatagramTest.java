package dev.keylane.xfrm.software.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UdpDatagramTest {
    private static UdpDatagram datagram(String from, String to, int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        return new UdpDatagram(new IpEndpoint(IpAddress.of(from), 1234), new IpEndpoint(IpAddress.of(to), 4789),
                Octets.wrap(payload));
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1,192.0.2.2", "2001:db8::1,2001:db8::2"})
    void comesBack(String from, String to) {
        for (int length : new int[] {0, 1, 2, 7, 100, 1473}) {
            UdpDatagram sent = datagram(from, to, length);
            byte[] packet = sent.toPacket();
            assertThat(UdpDatagram.of(IpPacket.parse(packet, 0, packet.length))).isEqualTo(sent);
        }
    }

    /** Checked by hand: ones' complement sums of header, pseudo header and data. */
    @Test
    void hasTheChecksumsOfRfc1071() {
        UdpDatagram datagram = new UdpDatagram(new IpEndpoint(IpAddress.of("10.0.0.1"), 1),
                new IpEndpoint(IpAddress.of("10.0.0.2"), 2), Octets.of(0xab));
        // header: 4500+001d+0000+4000+4011+0a00+0001+0a00+0002 = d931 -> 26ce
        // upper: 0a00+0001+0a00+0002+0011+0009 + 0001+0002+0009+ab00 = bf29 -> 40d6
        assertThat(Octets.wrap(datagram.toPacket())).isEqualTo(Octets.ofHex(
                "4500001d 00004000 401126ce 0a000001 0a000002 00010002 000940d6 ab"));
    }

    @Test
    void anyFlippedBitOfItIsNoticed() {
        byte[] packet = datagram("192.0.2.1", "192.0.2.2", 33).toPacket();
        for (int bit = 12 * 8; bit < packet.length * 8; bit++) {
            byte[] forged = packet.clone();
            forged[bit >> 3] ^= (byte) (0x80 >> (bit & 7));
            assertThat(UdpDatagram.of(IpPacket.parse(forged, 0, forged.length))).as("bit %d", bit).isNull();
        }
    }

    @Test
    void aDatagramWithoutChecksumIsTaken() {
        byte[] packet = datagram("192.0.2.1", "192.0.2.2", 5).toPacket();
        Checksum.put(packet, 26, 0);
        IpPacket view = IpPacket.parse(packet, 0, packet.length);
        Checksum.completeUpperLayer(view);
        assertThat(UdpDatagram.of(view)).isNotNull();
        assertThat(packet[26] | packet[27]).isZero();
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> datagram("192.0.2.1", "2001:db8::2", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> datagram("192.0.2.1", "192.0.2.2", 65_508))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noOctetsWhateverMakeTheReadersThrow() {
        Random random = new Random(42);
        byte[][] seeds = {datagram("192.0.2.1", "192.0.2.2", 40).toPacket(),
            datagram("2001:db8::1", "2001:db8::2", 40).toPacket()};
        int packets = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] data = mutate(seeds[i & 1], random);
            int from = random.nextInt(-1, data.length + 2);
            IpPacket packet = IpPacket.parse(data, random.nextBoolean() ? 0 : from,
                    random.nextBoolean() ? data.length : random.nextInt(data.length + 2));
            if (packet != null) {
                packets++;
                packet.flow().matches(packet.flow().selector());
                UdpDatagram.of(packet);
                Checksum.completeUpperLayer(packet.copy());
            }
        }
        assertThat(packets).isGreaterThan(1000);
    }

    private static byte[] mutate(byte[] seed, Random random) {
        byte[] data = Arrays.copyOf(seed, 1 + random.nextInt(seed.length + 8));
        for (int flips = random.nextInt(4); flips > 0; flips--) {
            data[random.nextInt(Math.min(data.length, 60))] = (byte) random.nextInt();
        }
        return data;
    }
}
