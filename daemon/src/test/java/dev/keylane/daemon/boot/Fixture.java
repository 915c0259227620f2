package dev.keylane.daemon.boot;

import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Daemons on loopback addresses and ports that nobody has, with the configurations of the demonstration. */
final class Fixture {
    private Fixture() {
    }

    static PolicyBook book(String side) {
        Loaded loaded = Configuration.load(List.of(Path.of("../examples/demo", side + ".conf")));
        if (!loaded.isGood()) {
            throw new IllegalStateException(loaded.mistakes().toString());
        }
        return loaded.book();
    }

    static EndpointSettings freePorts() throws IOException {
        try (DatagramSocket one = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
             DatagramSocket two = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            return EndpointSettings.DEFAULT.withPorts(one.getLocalPort(), two.getLocalPort());
        }
    }

    static DaemonOptions options(EndpointSettings ports, Optional<Path> control) {
        return new DaemonOptions("test", ports, List.of(), control, Optional.empty());
    }

    static DaemonOptions listening(EndpointSettings ports, String address) {
        return new DaemonOptions("test", ports, List.of(IpAddress.of(address)), Optional.empty(), Optional.empty());
    }

    static SoftwarePlace place() {
        return new SoftwarePlace(2, new SoftwarePlace.Door.InProcess(packet -> { }));
    }
}
