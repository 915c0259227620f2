package dev.keylane.daemon.senders;

import dev.keylane.linux.Interfaces;
import dev.keylane.rtnetlink.Routes;
import dev.keylane.steering.program.SenderProgram.Link;
import dev.keylane.steering.senders.SenderObserver;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The devices that the observer's program is on. */
final class EgressDevices {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final SenderObserver observer;
    private final Routes routes;

    EgressDevices(SenderObserver observer, Routes routes) {
        this.observer = observer;
        this.routes = routes;
    }

    /** @return why it could not be; empty also when the device has just gone, and the next look finds another */
    Optional<String> attach(int device) {
        if (observer.isAttached(device)) {
            return Optional.empty();
        }
        OptionalInt type = routes.linkType(device);
        if (type.isEmpty()) {
            return Optional.empty();
        }
        Optional<Link> link = link(type.getAsInt());
        if (link.isEmpty()) {
            return Optional.of("the packets of " + name(device) + " begin with headers of link type " + type.getAsInt());
        }
        Optional<String> failure = observer.attach(device, link.get());
        if (failure.isEmpty()) {
            LOG.info("watching which CPUs send by {}", name(device));
        }
        return failure.map(reason -> name(device) + ": " + reason);
    }

    /** Takes the program off all others. */
    void keep(Set<Integer> used) {
        observer.devices().stream().filter(device -> !used.contains(device)).forEach(device -> {
            observer.detach(device);
            LOG.debug("no longer watching which CPUs send by {}", name(device));
        });
    }

    List<String> names() {
        return observer.devices().stream().map(EgressDevices::name).sorted().toList();
    }

    private static Optional<Link> link(int type) {
        return switch (type) {
            case ARPHRD_ETHER, ARPHRD_LOOPBACK -> Optional.of(Link.ETHERNET);
            case ARPHRD_PPP, ARPHRD_TUNNEL, ARPHRD_TUNNEL6, ARPHRD_SIT, ARPHRD_RAWIP, ARPHRD_NONE -> Optional.of(Link.NOTHING);
            default -> Optional.empty();
        };
    }

    private static String name(int device) {
        return Interfaces.name(device).orElse("device " + device);
    }

    private static final int ARPHRD_ETHER = 1;
    private static final int ARPHRD_PPP = 512;
    private static final int ARPHRD_RAWIP = 519;
    private static final int ARPHRD_TUNNEL = 768;
    private static final int ARPHRD_TUNNEL6 = 769;
    private static final int ARPHRD_LOOPBACK = 772;
    private static final int ARPHRD_SIT = 776;
    private static final int ARPHRD_NONE = 0xfffe;
}
