package dev.keylane.daemon.steering;

import dev.keylane.steering.DeviceSteering;
import dev.keylane.steering.SteeredSa;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entries that an earlier daemon has left in devices: they stay as long as their SAs. */
final class Strays {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final Supplier<List<SaInfo>> installed;
    private final Collection<Arrival> arrivals;
    private final Set<SteeredSa> inherited = new HashSet<>();
    private boolean some;

    /**
     * @param installed all states of the kernel
     * @param arrivals  SAs that are steered by now
     */
    Strays(Supplier<List<SaInfo>> installed, Collection<Arrival> arrivals) {
        this.installed = installed;
        this.arrivals = arrivals;
    }

    void opened(String name, DeviceSteering on) {
        remove(name, on);
        on.status().forEach(way -> way.entries().forEach(entry ->
                inherited.add(SteeredSa.plain(entry.localAddress(), entry.spi()))));
    }

    /** Its entry, if that was inherited, goes at the next look. */
    void gone(SaId sa) {
        some |= inherited.remove(SteeredSa.plain(sa.destination(), sa.spi()));
    }

    void look(Collection<SteeredDevice> devices) {
        if (some) {
            some = false;
            devices.forEach(device -> remove(device.name(), device.on()));
        }
    }

    private void remove(String name, DeviceSteering on) {
        int stale = on.keepOnly(alive());
        if (stale > 0) {
            LOG.info("{} entries of SAs that are gone were removed from {}", stale, name);
        }
    }

    /** Entries of SAs that the kernel has; it is asked when there is an entry at all. */
    private Predicate<SteeringStatus.Entry> alive() {
        Set<SteeredSa> alive = new HashSet<>();
        return entry -> {
            if (alive.isEmpty()) {
                installed.get().forEach(sa -> alive.add(SteeredSa.plain(sa.id().destination(), sa.id().spi())));
                arrivals.forEach(arrival -> alive.add(SteeredSa.plain(arrival.local(), arrival.sa().spi())));
            }
            return alive.contains(SteeredSa.plain(entry.localAddress(), entry.spi()));
        };
    }
}
