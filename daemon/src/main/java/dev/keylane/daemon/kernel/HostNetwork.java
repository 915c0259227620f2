package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What the kernel side asks about the machine's interfaces and routes. */
public interface HostNetwork {
    /** The interface that has this address. */
    Optional<String> deviceOf(IpAddress local);

    OptionalInt indexOf(String device);

    /** How many receive queues a device has, 0 when that is not known. */
    default int queues(String device) {
        return 0;
    }

    /** Octets of its largest packet; of one that does not say, as many as Ethernet has. */
    default int mtu(String device) {
        return 1500;
    }

    /** The devices that packets between these two leave by, all of a route that has several; empty when unknown. */
    default Set<String> egress(IpAddress local, IpAddress remote) {
        return Set.of();
    }

    /** The link layer address of a host on a device's link, empty while it is unknown. */
    default Optional<Octets> neighbour(String device, IpAddress host) {
        return Optional.empty();
    }

    /** Makes a host known on a device's link that is not. */
    default void introduce(String device, IpAddress host, Octets linkLayer) {
    }

    /** The address packets to {@code remote} leave from. */
    Optional<IpAddress> sourceFor(IpAddress remote);
}
