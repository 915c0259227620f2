package dev.keylane.daemon.kernel;

import dev.keylane.ike.policy.ChildLifetime.Volume;
import dev.keylane.ike.sa.Event;
import dev.keylane.xfrm.SaInfo;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits in octets on devices that count packets only, where neither the driver nor the kernel would ever raise them: each
 * packet is taken to be as large as the device sends them, so that a limit is reached too early rather than too late.
 */
final class VolumeLimits {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final HostNetwork network;
    private final Set<Long> told = new HashSet<>();
    private final Map<String, Integer> mtus = new HashMap<>();

    VolumeLimits(HostNetwork network) {
        this.network = network;
    }

    /** What follows from the counters of one of a child's SAs. */
    Optional<Event> judge(InstalledChild child, SaInfo sa) {
        Volume bytes = child.child().config().lifetime().bytes();
        boolean limited = bytes.rekey() != 0 || bytes.life() != 0;
        if (!limited || sa.counters().bytes() != 0 || sa.counters().packets() == 0) {
            return Optional.empty();
        }
        long id = child.child().id();
        long atMost = sa.counters().packets() * mtus.computeIfAbsent(child.grant().device(), network::mtu);
        if (bytes.life() != 0 && atMost >= bytes.life()) {
            return Optional.of(new Event.ChildExpired(id));
        }
        if (bytes.rekey() == 0 || atMost < bytes.rekey()) {
            return Optional.empty();
        }
        if (told.add(id)) {
            LOG.info("creating rekey job for CHILD_SA {}{{}}: {} counts packets only, up to {} octets by now",
                    child.child().name(), id, child.grant().device(), atMost);
        }
        return Optional.of(new Event.RekeyChild(0, id));
    }

    /** Another round begins: asking the machine enumerates its devices, so each is asked about once in a round. */
    void keepOnly(Set<Long> children) {
        told.retainAll(children);
        mtus.clear();
    }
}
