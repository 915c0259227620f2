package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import dev.keylane.rtnetlink.Neighbours;
import dev.keylane.rtnetlink.Routes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The machine's interfaces as the JDK sees them. */
public final class JdkHostNetwork implements HostNetwork {
    private volatile Names known = new Names(Map.of(), 0);

    /** @param at by the steady clock */
    private record Names(Map<Integer, String> byIndex, long at) {
    }

    @Override
    public Optional<String> deviceOf(IpAddress local) {
        try {
            return Optional.ofNullable(NetworkInterface.getByInetAddress(local.toInetAddress()))
                    .map(NetworkInterface::getName);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public OptionalInt indexOf(String device) {
        try {
            NetworkInterface found = NetworkInterface.getByName(device);
            return found == null ? OptionalInt.empty() : OptionalInt.of(found.getIndex());
        } catch (IOException unreadable) {
            return OptionalInt.empty();
        }
    }

    @Override
    public int queues(String device) {
        try (Stream<Path> queues = Files.list(Path.of("/sys/class/net", device, "queues"))) {
            return (int) queues.filter(queue -> queue.getFileName().toString().startsWith("rx-")).count();
        } catch (IOException gone) {
            return 0;
        }
    }

    @Override
    public int mtu(String device) {
        try {
            NetworkInterface found = NetworkInterface.getByName(device);
            return found == null ? HostNetwork.super.mtu(device) : found.getMTU();
        } catch (IOException unreadable) {
            return HostNetwork.super.mtu(device);
        }
    }

    @Override
    public Set<String> egress(IpAddress local, IpAddress remote) {
        Set<String> names = new TreeSet<>();
        try {
            for (int index : Routes.look(new Routes.Way(local, remote, 0))) {
                names.add(nameOf(index));
            }
        } catch (IOException unreadable) {
            return Set.of();
        }
        return names.contains("") ? Set.of() : names;
    }

    @Override
    public Optional<Octets> neighbour(String device, IpAddress host) {
        OptionalInt index = indexOf(device);
        return index.isEmpty() ? Optional.empty() : Neighbours.find(index.getAsInt(), host);
    }

    @Override
    public void introduce(String device, IpAddress host, Octets linkLayer) {
        indexOf(device).ifPresent(index -> Neighbours.add(index, host, linkLayer));
    }

    /** The JDK enumerates all devices for each one, which takes a millisecond where there are hundreds. */
    private String nameOf(int index) throws IOException {
        Names now = known;
        if (!now.byIndex().containsKey(index) || System.nanoTime() - now.at() > GOOD_FOR) {
            Map<Integer, String> byIndex = NetworkInterface.networkInterfaces()
                    .collect(Collectors.toMap(NetworkInterface::getIndex, NetworkInterface::getName, (first, _) -> first));
            now = new Names(byIndex, System.nanoTime());
            known = now;
        }
        return now.byIndex().getOrDefault(index, "");
    }

    /** Connecting a datagram socket looks the route up and sends nothing. */
    @Override
    public Optional<IpAddress> sourceFor(IpAddress remote) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(remote.toInetAddress(), DISCARD_PORT));
            IpAddress local = IpAddress.of(socket.getLocalAddress());
            return local.isUnspecified() || !local.sameFamily(remote) ? Optional.empty() : Optional.of(local);
        } catch (IOException | UncheckedIOException noRoute) {
            return Optional.empty();
        }
    }

    /** Nanoseconds: devices are seldom renamed. */
    private static final long GOOD_FOR = 1_000_000_000;
    private static final int DISCARD_PORT = 9;
}
