package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.SpiPool;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.wire.Octets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A UDP source port for each CPU's SA, so that whoever spreads flows by their ports spreads these: no two SAs with one
 * peer have the same, whichever IKE SAs they belong to. The SA for all CPUs stays on the port of IKE, whose NAT mapping
 * is kept alive.
 */
final class SourcePorts {
    private final EndpointSettings settings;
    private final SpiPool spis;
    /** By the inbound SPI of the SA that uses the port: when that is given back, the port is free. */
    private final Map<Place, Integer> users = new HashMap<>();
    private int sweepAt = SLACK;

    private record Place(IpAddress peer, int port) {
    }

    SourcePorts(EndpointSettings settings, SpiPool spis) {
        this.settings = settings;
        this.spis = spis;
    }

    /**
     * @param replaced the SA that is rekeyed, whose port is kept; null for none
     * @return {@link ChildSa#PORT_OF_IKE} where the SA has none of its own
     */
    int choose(ChildConfig config, ChildTerms terms, Resource resource, @Nullable ChildSa replaced,
               Children children, Turn turn) {
        if (config.perCpu() != ChildConfig.PerCpu.ENCAP || !terms.udpEncap() || !resource.isBound()) {
            return ChildSa.PORT_OF_IKE;
        }
        Path path = turn.sa().path();
        int port = replaced != null && replaced.sourcePort() != ChildSa.PORT_OF_IKE
                ? replaced.sourcePort() : draw(path, children, turn.context().random().octets(2));
        if (port != ChildSa.PORT_OF_IKE) {
            sweep();
            users.put(new Place(path.remote().address(), port), terms.spiIn());
        }
        return port;
    }

    private int draw(Path path, Children children, Octets drawn) {
        // A peer that has moved has SAs that are filed under its former address.
        Set<Integer> taken = children.all().stream().map(view -> view.sa().sourcePort()).collect(Collectors.toSet());
        taken.addAll(List.of(settings.port(), settings.natPort(), path.local().port()));
        int first = drawn.get(0) << 8 | drawn.get(1);
        for (int i = 0; i < PORTS; i++) {
            int port = FIRST + (first + i) % PORTS;
            if (!taken.contains(port) && isFree(new Place(path.remote().address(), port))) {
                return port;
            }
        }
        return ChildSa.PORT_OF_IKE;
    }

    private boolean isFree(Place place) {
        Integer user = users.get(place);
        return user == null || !spis.isTaken(user);
    }

    /** Forgets what is free, seldom enough to cost nothing. */
    private void sweep() {
        if (users.size() >= sweepAt) {
            users.values().removeIf(spi -> !spis.isTaken(spi));
            sweepAt = 2 * users.size() + SLACK;
        }
    }

    /** RFC 6335 §6: the dynamic ports are 49152 to 65535. */
    private static final int FIRST = 49_152;
    private static final int PORTS = 16_384;
    private static final int SLACK = 64;
}
