package dev.keylane.daemon.config;

import dev.keylane.ike.net.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** Turns a host name into addresses; none when it has none. May block. */
@FunctionalInterface
public interface AddressResolver {
    List<IpAddress> resolve(String name);

    /** The resolver of this machine. */
    static AddressResolver system() {
        return name -> {
            try {
                return Arrays.stream(InetAddress.getAllByName(name)).map(IpAddress::of).toList();
            } catch (UnknownHostException unknown) {
                return List.of();
            }
        };
    }
}
