package dev.keylane.daemon.kernel;

import dev.keylane.ike.sa.Event;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Children that come of age in the kernel, and those whose life there is over. */
final class Ages {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final ChildInstaller children;
    private final KernelWriter writer;
    private final Legacies legacies;
    private final Set<Long> aging = new HashSet<>();
    private final Set<Long> expired = new HashSet<>();

    Ages(ChildInstaller children, KernelWriter writer, Legacies legacies) {
        this.children = children;
        this.writer = writer;
        this.legacies = legacies;
    }

    List<Event> expire(XfrmEvent.Expire expire) {
        return children.find(expire.id()).map(child -> expire(child, expire)).orElseGet(() -> {
            if (expire.hard()) {
                legacies.expired(expire.id());
            }
            return List.of();
        });
    }

    private List<Event> expire(InstalledChild child, XfrmEvent.Expire expire) {
        SaId id = expire.id();
        String name = "CHILD_SA ESP/0x%08x/%s".formatted(id.spi(), id.destination());
        if (!expire.hard()) {
            // Both SAs of a pair come of age, at about the same time.
            if (aging.add(child.child().id())) {
                LOG.info("creating rekey job for {}", name);
            }
            return List.of(new Event.RekeyChild(0, child.child().id()));
        }
        boolean inbound = child.pair().in().id().spi() == id.spi();
        writer.gone(Owned.of(inbound ? child.pair().in() : child.pair().out()));
        return expired(child, name);
    }

    /** An SA of it has expired unnoticed. */
    List<Event> missing(InstalledChild child) {
        return expired(child, "CHILD_SA " + child.pair().in().id());
    }

    private List<Event> expired(InstalledChild child, String name) {
        if (!expired.add(child.child().id())) {
            return List.of();
        }
        LOG.info("creating delete job for {}", name);
        return List.of(new Event.ChildExpired(child.child().id()));
    }

    /** It goes by the core's word. */
    void forget(long child) {
        expired.remove(child);
        aging.remove(child);
    }
}
