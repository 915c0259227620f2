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

    void look(Shard shard) {
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
}
