package dev.keylane.daemon.boot;

import dev.keylane.daemon.net.IkeSockets;
import dev.keylane.daemon.net.LocalAddresses;
import dev.keylane.daemon.shard.Shard;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.pcpu.FewestResource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What changes around a running daemon: addresses and CPUs, looked at every few seconds. On the shard's thread. */
final class Surroundings implements ResourceAssignment {
    private final IkeSockets sockets;
    private final List<IpAddress> listen;
    private final KernelPlace place;
    private PolicyBook book = PolicyBook.EMPTY;
    private CpuSet online;

    Surroundings(IkeSockets sockets, List<IpAddress> listen, KernelPlace place) {
        this.sockets = sockets;
        this.listen = listen;
        this.place = place;
        this.online = place.online();
    }

    /** Listens on what the configuration needs. */
    void use(PolicyBook inForce) {
        book = inForce;
        sockets.bind(LocalAddresses.wanted(listen, book));
    }

    CpuSet online() {
        return online;
    }

    /** A failure is our own bug, and must not be the last look. */
    void look(Shard shard) {
        try {
            compare(shard);
        } catch (RuntimeException bug) {
            LOG.error("looking at addresses and CPUs failed", bug);
        }
    }

    private void compare(Shard shard) {
        sockets.bind(LocalAddresses.wanted(listen, book));
        CpuSet now = place.online();
        if (!now.equals(online)) {
            online = now;
            shard.onCpus(now);
        }
    }

    @Override
    public Answer assign(List<Resource> existing) {
        return FewestResource.twiceThe(online).assign(existing);
    }

    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
