package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildDecision;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.EspSourcePort;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.child.SpiPool;
import dev.keylane.ike.child.UdpSources;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.Octets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A UDP source port for each CPU's SA, so that whoever spreads flows by their ports spreads these: no two SAs with one
 * peer have the same, whichever IKE SAs they belong to, unless the peer wishes so: its device may put packets on a CPU by
 * their source port, and what it asks for is done. The SA for all CPUs stays on the port of IKE, whose NAT mapping
 * is kept alive.
 */
final class SourcePorts {
    private final EndpointSettings settings;
    private final SpiPool spis;
    private final SpiChoice choice;
    /** By the inbound SPI of the SA that uses the port: when that is given back, the port is free. */
    private final Map<Place, Integer> users = new HashMap<>();
    private int sweepAt = SLACK;

    private record Place(IpAddress peer, int port) {
    }

    SourcePorts(EndpointSettings settings, SpiPool spis, SpiChoice choice) {
        this.settings = settings;
        this.spis = spis;
        this.choice = choice;
    }

    /**
     * What to say of the port that the peer should send from: nothing where its SAs have no ports of their own.
     *
     * @param replaced the SA that is rekeyed, whose port is best if it will still do; null for none
     */
    OptionalInt wish(SpiChoice.Use use, @Nullable ChildSa replaced, Children children, Turn turn) {
        return use.config().perCpu() != ChildConfig.PerCpu.ENCAP || !use.udpEncap() || !use.resource().isBound()
                ? OptionalInt.empty() : OptionalInt.of(wished(use, replaced, children, turn));
    }

    private int wished(SpiChoice.Use use, @Nullable ChildSa replaced, Children children, Turn turn) {
        // A NAT that gives IKE another port gives other ports to others as well.
        if (use.path().remote().port() != settings.natPort()) {
            return UdpSources.ANY;
        }
        int former = replaced == null ? UdpSources.ANY : replaced.terms().sources().theirs();
        PrimitiveIterator.OfInt first = (former == UdpSources.ANY ? IntStream.empty() : IntStream.of(former)).iterator();
        Set<Integer> taken = children.all().stream().map(view -> view.sa().terms().sources().theirs())
                .filter(port -> port != former).collect(Collectors.toSet());
        taken.addAll(ofIke(use.path()));
        for (int i = 0; i < TRIES; i++) {
            int port = choice.sourcePort(use, () -> first.hasNext() ? first.nextInt() : draw(turn));
            if (port == UdpSources.ANY || !taken.contains(port)) {
                return port;
            }
        }
        return UdpSources.ANY;
    }

    private static int draw(Turn turn) {
        Octets drawn = turn.context().random().octets(2);
        return drawn.get(0) << 8 | drawn.get(1);
    }

    /** Adds to our answer what both sides wish. */
    ChildDecision settle(ChildDecision decision, IkeMessage request, @Nullable ChildSa replaced, Children children,
                         Turn turn) {
        OptionalInt ours = EspSourcePort.in(request);
        if (!(decision instanceof ChildDecision.Agreed agreed) || ours.isEmpty()) {
            return decision;
        }
        OptionalInt theirs = wish(new SpiChoice.Use(agreed.config(), turn.sa().path(), agreed.resource(),
                agreed.terms().udpEncap()), replaced, children, turn);
        return theirs.isEmpty() ? agreed : agreed.from(new UdpSources(true, ours.getAsInt(), theirs.getAsInt()));
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
        int wished = terms.sources().ours();
        int port = wished != UdpSources.ANY && !ofIke(path).contains(wished) ? wished
                : replaced != null && replaced.sourcePort() != ChildSa.PORT_OF_IKE
                ? replaced.sourcePort() : draw(path, children, draw(turn));
        if (port != ChildSa.PORT_OF_IKE) {
            sweep();
            users.put(new Place(path.remote().address(), port), terms.spiIn());
        }
        return port;
    }

    private List<Integer> ofIke(Path path) {
        return List.of(settings.port(), settings.natPort(), path.local().port());
    }

    private int draw(Path path, Children children, int first) {
        // A peer that has moved has SAs that are filed under its former address.
        Set<Integer> taken = children.all().stream().map(view -> view.sa().sourcePort()).collect(Collectors.toSet());
        taken.addAll(ofIke(path));
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
    /** At ports for a peer that has got them already. */
    private static final int TRIES = 16;
}
