package dev.keylane.daemon.config;

import dev.keylane.ike.net.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Turns a host name into addresses; none when it has none. May block. */
@FunctionalInterface
public interface AddressResolver {
    List<IpAddress> resolve(String name);

    /**
     * The same as long as answers come in good time: once they have taken this long together, no further name is looked up,
     * and those that are left have no address. A lookup under way is not cut short, however long it takes.
     */
    default AddressResolver within(Duration patience) {
        AtomicLong spent = new AtomicLong();
        return name -> {
            if (spent.get() > patience.toNanos()) {
                return List.of();
            }
            long begun = System.nanoTime();
            List<IpAddress> addresses = resolve(name);
            spent.addAndGet(System.nanoTime() - begun);
            return addresses;
        };
    }

    /** The resolver of this machine. That a name has no address is not remembered: it is asked for again to learn otherwise. */
    static AddressResolver system() {
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        return name -> {
            try {
                return Arrays.stream(InetAddress.getAllByName(name)).map(IpAddress::of).toList();
            } catch (UnknownHostException unknown) {
                return List.of();
            }
        };
    }
}
