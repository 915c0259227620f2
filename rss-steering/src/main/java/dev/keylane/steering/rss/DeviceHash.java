package dev.keylane.steering.rss;

import dev.keylane.ethtool.Answer;
import dev.keylane.ethtool.DriverInfo;
import dev.keylane.ethtool.Ethtool;
import dev.keylane.ethtool.ReceiveHash;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.queue.DeviceQueues;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * How a device chooses the queue of a packet, and where its queues are worked on, at the moment of reading.
 *
 * @param indirection the queue for each remainder of the hash, a power of two of them
 */
record DeviceHash(String device, Toeplitz toeplitz, List<Integer> indirection, HashedTraffic traffic,
                  DeviceQueues queues) {
    /** Rejected unless ESP of one family at least is steered, by its SPI or in UDP by its ports. */
    static Outcome<DeviceHash> read(Ethtool ethtool, Path root, String device) {
        return switch (DriverInfo.read(ethtool, device)) {
            case Answer.Refused<DriverInfo> refused -> new Outcome.Rejected<>(refused.noSuchDevice()
                    ? new Rejection.NoSuchDevice(device)
                    : unhashed(device, "nothing is known of its driver (" + refused.text() + ")"));
            case Answer.Is<DriverInfo>(DriverInfo info) -> read(ethtool, root, device, new DriverHabits(info));
        };
    }

    private static Outcome<DeviceHash> read(Ethtool ethtool, Path root, String device, DriverHabits habits) {
        return switch (ReceiveHash.read(ethtool, device)) {
            case Answer.Refused<ReceiveHash> refused -> new Outcome.Rejected<>(unhashed(device,
                    "the driver " + habits.info().driver() + " does not tell how it hashes (" + refused.text() + ")"));
            case Answer.Is<ReceiveHash>(ReceiveHash hash) -> {
                HashedTraffic traffic = HashedTraffic.read(ethtool, device, habits.hashesSpi());
                DeviceQueues queues = DeviceQueues.read(root, device);
                yield unfit(hash, device).or(() -> habits.changes(hash, device, root)).or(() -> blind(traffic, habits, device))
                        .or(queues::trouble)
                        .<Outcome<DeviceHash>>map(why -> new Outcome.Rejected<>(new Rejection.NotHashed(device, why)))
                        .orElseGet(() -> new Outcome.Done<>(new DeviceHash(device, new Toeplitz(hash.key()),
                                hash.indirection(), traffic, queues)));
            }
        };
    }

    private static Rejection unhashed(String device, String reason) {
        return new Rejection.NotHashed(device, device + ": " + reason);
    }

    private static Optional<String> unfit(ReceiveHash hash, String device) {
        int entries = hash.indirection().size();
        return (hash.function() & ReceiveHash.TOEPLITZ) == 0
                ? Optional.of(device + " does not say that it hashes by the Toeplitz function")
                : Integer.bitCount(entries) != 1
                ? Optional.of(device + " has an indirection table of " + entries + " entries, and not a power of two")
                : !new Toeplitz(hash.key()).covers(ESP_V4) ? Optional.of(device + " does not show its key")
                : hash.key().equals(Octets.wrap(new byte[hash.key().length()]))
                ? Optional.of(device + " shows a key of zeros") : Optional.empty();
    }

    private static Optional<String> blind(HashedTraffic traffic, DriverHabits habits, String device) {
        return traffic.nothing() ? Optional.of(device + " hashes neither the SPI of ESP nor the ports of UDP (driver "
                + habits.info().driver() + ")") : Optional.empty();
    }

    /** Whether this device knows such SAs apart, and why not. */
    Optional<Rejection> takes(IpAddress peer, IpAddress local, boolean inUdp) {
        boolean v4 = local.isV4();
        if (!peer.sameFamily(local)) {
            return Optional.of(new Rejection.MixedFamilies(peer, local));
        }
        if (!(inUdp ? traffic.udp(v4) : traffic.esp(v4)) || !toeplitz.covers(v4 ? ESP_V4 : ESP_V6)) {
            return Optional.of(new Rejection.NotHashed(device, device + " does not hash "
                    + (inUdp ? "the ports of UDP" : "the SPI of ESP") + " in IPv" + (v4 ? 4 : 6)));
        }
        return Optional.empty();
    }

    /** What the addresses of packets to us add to the hash. */
    int addresses(IpAddress peer, IpAddress local) {
        return toeplitz.hash(Octets.concat(peer.octets(), local.octets()));
    }

    int esp(IpAddress peer, IpAddress local, int spi) {
        return addresses(peer, local) ^ toeplitz.hash(spi, 32, 2 * local.bits());
    }

    int udp(IpEndpoint peer, IpEndpoint local) {
        return addresses(peer.address(), local.address())
                ^ toeplitz.hash(peer.port() << 16 | local.port(), 32, 2 * local.address().bits());
    }

    int queue(int hash) {
        return indirection.get(hash & indirection.size() - 1);
    }

    /** The CPU that works on a queue; empty when that is not settled. */
    Optional<Integer> cpu(int queue) {
        return Optional.ofNullable(queues.cpus().get(queue));
    }

    /** Which remainders of a hash lead to one of these queues. */
    boolean[] remaindersOf(IntPredicate queues) {
        boolean[] fitting = new boolean[indirection.size()];
        for (int remainder = 0; remainder < fitting.length; remainder++) {
            fitting[remainder] = queues.test(indirection.get(remainder));
        }
        return fitting;
    }

    /** Such as {@code Toeplitz over the SPI, 128 entries, 8 queues on 8 CPUs}. */
    String summary() {
        boolean udp = traffic.onlyUdp();
        boolean v4 = udp ? traffic.udpV4() : traffic.espV4();
        boolean v6 = udp ? traffic.udpV6() : traffic.espV6();
        return "Toeplitz over " + (udp ? "the ports of UDP" : "the SPI") + (v4 && v6 ? "" : v4 ? " in IPv4" : " in IPv6") + ", " + indirection.size() + " entries, " + queues.cpus().size() + " queues on "
                + queues.cpus().values().stream().distinct().count() + " CPUs";
    }

    private static final int ESP_V4 = 4 + 4 + 4;
    private static final int ESP_V6 = 16 + 16 + 4;
}
