package dev.keylane.ike.policy;

import dev.keylane.ike.net.IpAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** Names that have no address yet. */
    public Set<String> unresolved() {
        return Stream.concat(local.stream(), remote.stream()).filter(pattern -> !pattern.resolved()).map(AddressPattern::text)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Whether nothing can be begun before a name has an address. */
    public boolean waits() {
        return !unresolved().isEmpty() && (firstRemote().isEmpty() || firstLocal().isEmpty() && !mayFollowRoute());
    }

    /** Whether, where no address of ours is named, any that the route gives will do. */
    public boolean mayFollowRoute() {
        return local.stream().allMatch(AddressPattern::resolved);
    }

    /** With addresses for names that have had none. */
    public Endpoints resolved(Function<String, List<IpAddress>> names) {
        return new Endpoints(resolved(local, names), resolved(remote, names), localPort, remotePort);
    }

    private static List<AddressPattern> resolved(List<AddressPattern> patterns, Function<String, List<IpAddress>> names) {
        return patterns.stream().flatMap(pattern -> {
            List<IpAddress> found = pattern.resolved() ? List.of() : names.apply(pattern.text());
            return found.isEmpty() ? Stream.of(pattern)
                    : found.stream().map(address -> new AddressPattern(address, address, pattern.text()));
        }).toList();
    }

    /** The addresses that a name has here, none if it has none or is not here. */
    public List<IpAddress> addresses(String name) {
        return Stream.concat(local.stream(), remote.stream()).filter(pattern -> pattern.isSingle() && pattern.text().equals(name))
                .map(AddressPattern::from).distinct().toList();
    }

    /** Whether both are configured alike, whatever their names have come to. */
    public boolean isWrittenAs(Endpoints other) {
        return localPort == other.localPort && remotePort == other.remotePort && texts(local).equals(texts(other.local))
                && texts(remote).equals(texts(other.remote));
    }

    private static List<String> texts(List<AddressPattern> patterns) {
        return patterns.stream().map(AddressPattern::text).distinct().toList();
    }

    private static Optional<IpAddress> first(List<AddressPattern> patterns) {
        return patterns.stream().filter(AddressPattern::isSingle).map(AddressPattern::from).findFirst();
    }
}
