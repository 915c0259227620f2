package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sa.Event;
import dev.keylane.xfrm.XfrmEvent;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Peers whose NAT has given them another address or port, as the kernel sees by their ESP. */
final class NatMappings {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private NatMappings() {
    }

    /** SAs that accept any source port have none that could have changed. */
    static List<Event> changed(XfrmEvent.Mapping mapping, ChildInstaller children) {
        if (mapping.oldPort() == 0) {
            return List.of();
        }
        return children.find(mapping.id()).<List<Event>>map(child -> {
            LOG.info("NAT mappings of ESP CHILD_SA with SPI {} changed from {}[{}] to {}[{}]",
                    "%08x".formatted(mapping.id().spi()), mapping.oldAddress(), mapping.oldPort(),
                    mapping.newAddress(), mapping.newPort());
            return List.of(new Event.PeerMoved(child.child().id(),
                    new IpEndpoint(mapping.newAddress(), mapping.newPort())));
        }).orElse(List.of());
    }
}
