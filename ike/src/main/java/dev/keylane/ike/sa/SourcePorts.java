package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.wire.Octets;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A UDP source port for each CPU's SA, so that whoever spreads flows by their ports spreads these. The SA for all CPUs
 * stays on the port of IKE, whose NAT mapping is kept alive.
 */
final class SourcePorts {
    private SourcePorts() {
    }

    /**
     * @param replaced the SA that is rekeyed, whose port is kept; null for none
     * @return {@link ChildSa#PORT_OF_IKE} where the SA has none of its own
     */
    static int choose(ChildConfig config, ChildTerms terms, Resource resource, @Nullable ChildSa replaced,
                      Children children, Turn turn) {
        if (config.perCpu() != ChildConfig.PerCpu.ENCAP || !terms.udpEncap() || !resource.isBound()) {
            return ChildSa.PORT_OF_IKE;
        }
        if (replaced != null && replaced.sourcePort() != ChildSa.PORT_OF_IKE) {
            return replaced.sourcePort();
        }
        Set<Integer> taken = children.all().stream().map(view -> view.sa().sourcePort()).collect(Collectors.toSet());
        Octets drawn = turn.context().random().octets(2);
        int first = drawn.get(0) << 8 | drawn.get(1);
        for (int i = 0; i < PORTS; i++) {
            int port = FIRST + (first + i) % PORTS;
            if (!taken.contains(port)) {
                return port;
            }
        }
        return ChildSa.PORT_OF_IKE;
    }

    /** RFC 6335 §6: the dynamic ports are 49152 to 65535. */
    private static final int FIRST = 49_152;
    private static final int PORTS = 16_384;
}
