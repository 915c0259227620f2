package dev.keylane.steering.rss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ethtool.FakeDevice;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;
import dev.keylane.steering.NumberChoice;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeredSa;
import dev.keylane.steering.Steering;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.steering.SteeringStrategy;
import dev.keylane.steering.queue.Recent;
import dev.keylane.steering.queue.RecordedSystem;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpiSteeringTest {
    private static final IpAddress HERE = IpAddress.of("192.0.2.1");
    private static final IpAddress THERE = IpAddress.of("198.51.100.7");
    private static final IpAddress HERE6 = IpAddress.of("2001:db8::1");
    private static final IpAddress THERE6 = IpAddress.of("2001:db8:ffff::7");
    private final FakeDevice device = new FakeDevice("eth0", "mlx5_core").spreading(128, 8);
    private final Random random = new Random(42);
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private RecordedSystem system;
    private SpiStrategy strategy;

    @BeforeEach
    void boot(@TempDir Path directory) {
        system = new RecordedSystem(directory).device("eth0", "0000:01:00.0").queues("mlx5_comp%d@pci:0000:01:00.0", 8);
        device.hashed.put(0x02, FakeDevice.ADDRESSES_AND_PORTS);
        strategy = new SpiStrategy(device, directory, () -> now);
    }

    private Steering attached() {
        return ((Outcome.Done<Steering>) strategy.attach("eth0")).value();
    }

    private NumberChoice numbers() {
        return attached().numbers().orElseThrow();
    }

    private int spi(NumberChoice numbers, IpAddress peer, IpAddress local, int cpu) {
        return ((Outcome.Done<Integer>) numbers.spi(peer, local, cpu, random::nextInt)).value();
    }

    /** As a device does it: all of the input at once. */
    private static int queue(Octets... input) {
        int hash = new Toeplitz(Octets.ofHex(FakeDevice.KEY)).hash(Octets.concat(input));
        return (hash & 127) % 8;
    }

    private static Octets u32(int value) {
        return Octets.wrap(ByteBuffer.allocate(4).putInt(value).array());
    }

    @Test
    void chosenSpisLandOnTheirCpu() {
        NumberChoice numbers = numbers();
        for (int i = 0; i < 400; i++) {
            int cpu = i % 8;
            int spi = spi(numbers, THERE, HERE, cpu);
            assertThat(queue(THERE.octets(), HERE.octets(), u32(spi))).isEqualTo(cpu);
            int spi6 = spi(numbers, THERE6, HERE6, cpu);
            assertThat(queue(THERE6.octets(), HERE6.octets(), u32(spi6))).isEqualTo(cpu);
        }
    }

    @Test
    void lanesTakeTurnsAtTheQueues() {
        NumberChoice numbers = numbers();
        for (int lane = 0; lane < 64; lane++) {
            int spi = ((Outcome.Done<Integer>) numbers.laneSpi(THERE, HERE, lane, random::nextInt)).value();
            assertThat(queue(THERE.octets(), HERE.octets(), u32(spi))).isEqualTo(lane % 8);
        }
        assertThat(numbers.laneSpi(THERE6, HERE, 1, random::nextInt)).isEqualTo(
                new Outcome.Rejected<>(new Rejection.MixedFamilies(THERE6, HERE)));
    }

    @Test
    void chosenPortsLandOnTheirCpu() {
        NumberChoice numbers = numbers();
        for (int i = 0; i < 400; i++) {
            int port = ((Outcome.Done<Integer>) numbers.sourcePort(THERE, new IpEndpoint(HERE, 4500), i % 8, random::nextInt))
                    .value();
            assertThat(port).isBetween(49152, 65535);
            assertThat(queue(THERE.octets(), HERE.octets(), u32(port << 16 | 4500))).isEqualTo(i % 8);
        }
        assertThat(numbers.sourcePort(THERE6, new IpEndpoint(HERE6, 4500), 0, random::nextInt)).isEqualTo(new Outcome.Rejected<>(
                new Rejection.NotHashed("eth0", "eth0 does not hash the ports of UDP in IPv6")));
    }

    @Test
    void everyFittingSpiIsAsLikely() {
        NumberChoice numbers = numbers();
        Map<Integer, Integer> upper = new HashMap<>();
        int draws = 16_000;
        for (int i = 0; i < draws; i++) {
            upper.merge(spi(numbers, THERE, HERE, 3) >>> 28, 1, Integer::sum);
        }
        // A sixteenth each; the standard deviation is 31.
        assertThat(upper).hasSize(16);
        assertThat(upper.values()).allSatisfy(count -> assertThat(count).isBetween(1000 - 160, 1000 + 160));
    }

    @Test
    void reservedSpisAreNeverChosenAndADullSourceEnds() {
        NumberChoice numbers = numbers();
        int[] next = {0};
        int spi = ((Outcome.Done<Integer>) numbers.spi(THERE, HERE, 0, () -> next[0]++)).value();
        assertThat(spi).isGreaterThanOrEqualTo(256);
        assertThat(numbers.spi(THERE, HERE, 0, () -> 17)).isEqualTo(
                new Outcome.Rejected<>(new Rejection.NoneDrawn("eth0", 64 * 8)));
    }

    @Test
    void aCpuWithoutAQueueIsRejected() {
        assertThat(numbers().spi(THERE, HERE, 8, random::nextInt)).isEqualTo(
                new Outcome.Rejected<>(new Rejection.NoQueueOfCpu("eth0", 8)));
        assertThat(numbers().spi(THERE, HERE, -1, random::nextInt)).isEqualTo(
                new Outcome.Rejected<>(new Rejection.NoQueueOfCpu("eth0", -1)));
        assertThat(numbers().spi(THERE6, HERE, 1, random::nextInt)).isEqualTo(
                new Outcome.Rejected<>(new Rejection.MixedFamilies(THERE6, HERE)));
    }

    @Test
    void anSaIsSteeredWhenItsNumbersPutItRight() {
        Steering steering = attached();
        int spi = spi(steering.numbers().orElseThrow(), THERE, HERE, 5);
        SteeredSa sa = SteeredSa.plain(HERE, spi).from(new IpEndpoint(THERE, 0));
        assertThat(steering.steer(sa, 5)).isEmpty();
        assertThat(steering.steer(SteeredSa.plain(HERE, spi), 5)).contains(new Rejection.PeerUnknown(spi));
        assertThat(steering.status().entries()).as("the last word counts").isEmpty();
        assertThat(steering.steer(sa, 4)).contains(new Rejection.HashedElsewhere("eth0", 5, 5));
        assertThat(steering.steer(sa, 5)).isEmpty();
        assertThat(steering.steer(SteeredSa.plain(HERE, 255).from(new IpEndpoint(THERE, 0)), 5))
                .contains(new Rejection.ReservedSpi(255));
        SteeringStatus status = steering.status();
        assertThat(status.entries()).containsExactly(new SteeringStatus.Entry(HERE, spi, 5, OptionalLong.empty()));
        assertThat(status.mode()).isEqualTo("Toeplitz over the SPI, 128 entries, 8 queues on 8 CPUs");
        assertThat(status.alerts()).isEmpty();
        assertThat(steering.unsteer(sa)).isEmpty();
        assertThat(steering.status().entries()).isEmpty();
    }

    @Test
    void anSaInUdpIsSteeredByItsPorts() {
        Steering steering = attached();
        int port = ((Outcome.Done<Integer>) steering.numbers().orElseThrow().sourcePort(THERE, new IpEndpoint(HERE, 4500), 6,
                random::nextInt)).value();
        SteeredSa sa = SteeredSa.inUdp(HERE, 0x1001, 4500);
        assertThat(steering.steer(sa.from(new IpEndpoint(THERE, port)), 6)).isEmpty();
        assertThat(steering.steer(sa.from(new IpEndpoint(THERE, 0)), 6)).contains(new Rejection.PeerUnknown(0x1001));
        assertThat(steering.steer(new SteeredSa(HERE, 0x1001, OptionalInt.empty(), SteeredSa.Offload.CRYPTO), 6))
                .contains(new Rejection.Offloaded(SteeredSa.Offload.CRYPTO));
    }

    @Test
    void whatIsMovedCountsFromTheNextSa() {
        Steering steering = attached();
        NumberChoice numbers = steering.numbers().orElseThrow();
        SteeredSa sa = SteeredSa.plain(HERE, spi(numbers, THERE, HERE, 5)).from(new IpEndpoint(THERE, 0));
        steering.steer(sa, 5);
        system.interrupt(105, "mlx5_comp5@pci:0000:01:00.0", 2);
        assertThat(steering.status().alerts()).as("not looked at yet").isEmpty();
        now = now.plus(Recent.FRESH);
        assertThat(steering.status().alerts()).containsExactly("1 of 1 SAs arrive on another CPU since eth0 or its interrupts"
                + " were changed, until they are rekeyed");
        assertThat(steering.steer(sa, 5)).contains(new Rejection.HashedElsewhere("eth0", 5, 2));
        assertThat(numbers.spi(THERE, HERE, 5, random::nextInt)).isEqualTo(
                new Outcome.Rejected<>(new Rejection.NoQueueOfCpu("eth0", 5)));
        assertThat(queue(THERE.octets(), HERE.octets(), u32(spi(numbers, THERE, HERE, 2)))).isIn(2, 5);
        int before = spi(numbers, THERE, HERE, 0);
        device.key[11] ^= (byte) 0xff;
        device.key[12] ^= (byte) 0x55;
        now = now.plus(Recent.FRESH);
        int after = spi(numbers, THERE, HERE, 0);
        Toeplitz other = new Toeplitz(Octets.wrap(device.key.clone()));
        assertThat(other.hash(Octets.concat(THERE.octets(), HERE.octets(), u32(after))) & 7).as("the other key").isZero();
        assertThat(other.hash(Octets.concat(THERE.octets(), HERE.octets(), u32(before))) & 7).isNotZero();
        device.gone = true;
        now = now.plus(Recent.FRESH);
        assertThat(steering.steer(sa, 5)).contains(new Rejection.DeviceGone("eth0"));
        assertThat(steering.status().mode()).isEqualTo("there is no device eth0");
    }

    @Test
    void whatDoesNotFitSaysWhy() {
        assertThat(strategy.examine("eth0").fits()).isTrue();
        device.transform = 2;
        expectUnfit("eth0 hashes symmetrically (symmetric-or-xor), and where the SPI stands then is not documented:"
                + " ethtool -X eth0 xfrm none switches it off");
        device.transform = 0;
        system.write("proc/sys/kernel/osrelease", "6.12.41\n");
        expectUnfit("eth0 hashes symmetrically, as mlx5_core always did before Linux 6.15");
        system.write("proc/sys/kernel/osrelease", "6.15.0\n");
        device.function = 2;
        expectUnfit("eth0 does not say that it hashes by the Toeplitz function");
        device.function = 1;
        device.spreading(96, 8);
        expectUnfit("eth0 has an indirection table of 96 entries, and not a power of two");
        device.spreading(128, 8);
        device.key = new byte[40];
        expectUnfit("eth0 shows a key of zeros");
        device.key = new byte[0];
        expectUnfit("eth0 does not show its key");
        device.indirection = List.of();
        expectUnfit("eth0: the driver mlx5_core does not tell how it hashes (ETHTOOL_GRSSH: EOPNOTSUPP)");
        device.gone = true;
        expectUnfit("there is no device eth0");
    }

    private void expectUnfit(String reason) {
        assertThat(strategy.examine("eth0").reason()).isEqualTo(reason);
        assertThat(strategy.examine("eth0").fits()).isFalse();
        assertThat(strategy.attach("eth0")).isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void otherDriversMustSayThatTheyHashTheSpi() {
        device.driver = "ena";
        assertThat(strategy.examine("eth0")).isEqualTo(SteeringStrategy.Fitness.fitsInPart(
                "Toeplitz over the ports of UDP in IPv4, 128 entries, 8 queues on 8 CPUs"));
        assertThat(numbers().sourcePort(THERE, new IpEndpoint(HERE, 4500), 1, random::nextInt)).isInstanceOf(Outcome.Done.class);
        assertThat(numbers().spi(THERE, HERE, 1, random::nextInt)).isEqualTo(new Outcome.Rejected<>(
                new Rejection.NotHashed("eth0", "eth0 does not hash the SPI of ESP in IPv4")));
        device.hashed.put(0x02, FakeDevice.ADDRESSES);
        expectUnfit("eth0 hashes neither the SPI of ESP nor the ports of UDP (driver ena)");
        device.hashed.put(0x0a, FakeDevice.ADDRESSES);
        expectUnfit("eth0 hashes neither the SPI of ESP nor the ports of UDP (driver ena)");
        device.hashed.put(0x04, FakeDevice.ADDRESSES_AND_PORTS);
        assertThat(strategy.examine("eth0").reason())
                .isEqualTo("Toeplitz over the SPI in IPv4, 128 entries, 8 queues on 8 CPUs");
        assertThat(numbers().spi(THERE6, HERE6, 1, random::nextInt)).isEqualTo(new Outcome.Rejected<>(
                new Rejection.NotHashed("eth0", "eth0 does not hash the SPI of ESP in IPv6")));
        system.write("sys/class/net/eth0/threaded", "1\n");
        expectUnfit("eth0 polls in threads, which run anywhere (/sys/class/net/eth0/threaded)");
    }
}
