package dev.keylane.ike.policy;

import dev.keylane.ike.net.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * Where a connection may run. When initiating, the first concrete address of each side is used; when responding any
 * pattern may match.
 *
 * @param localPort  0 for the daemon's own IKE port
 * @param remotePort 0 for the daemon's own IKE port, the usual case of a fleet with one setting
 */
public record Endpoints(List<AddressPattern> local, List<AddressPattern> remote, int localPort, int remotePort) {
    public Endpoints {
        local = List.copyOf(local);
        remote = List.copyOf(remote);
    }

    public Optional<IpAddress> firstLocal() {
        return first(local);
    }

    public Optional<IpAddress> firstRemote() {
        return first(remote);
    }

    public boolean matches(IpAddress localAddress, IpAddress remoteAddress) {
        return local.stream().anyMatch(p -> p.matches(localAddress))
                && remote.stream().anyMatch(p -> p.matches(remoteAddress));
    }

    private static Optional<IpAddress> first(List<AddressPattern> patterns) {
        return patterns.stream().filter(AddressPattern::isSingle).map(AddressPattern::from).findFirst();
    }
}
