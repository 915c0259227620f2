package dev.keylane.daemon.net;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Which of this machine's addresses IKE is spoken from. */
public final class LocalAddresses {
    private LocalAddresses() {
    }

    /**
     * The addresses told to listen on, or those the connections name; a connection that names none, or a range, may use
     * whatever the interfaces have in it.
     */
    public static Set<IpAddress> wanted(List<IpAddress> listen, PolicyBook book) {
        if (!listen.isEmpty()) {
            return new LinkedHashSet<>(listen);
        }
        Set<IpAddress> wanted = new LinkedHashSet<>();
        for (Connection connection : book.connections()) {
            for (AddressPattern pattern : connection.endpoints().local()) {
                if (pattern.isSingle()) {
                    wanted.add(pattern.from());
                } else {
                    present().filter(pattern::matches).forEach(wanted::add);
                }
            }
        }
        return wanted;
    }

    /** What the interfaces have, without loopback, link-local and multicast addresses. */
    private static Stream<IpAddress> present() {
        try {
            return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                    .filter(a -> !a.isLoopbackAddress() && !a.isLinkLocalAddress() && !a.isMulticastAddress())
                    .map(IpAddress::of);
        } catch (SocketException unreadable) {
            LoggerFactory.getLogger("NET").warn("cannot list interfaces: {}", unreadable.getMessage());
            return Stream.empty();
        }
    }
}
