package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * IPv6 peers on the link of a device that encrypts all that two hosts say to each other. Linux forgets its neighbours with the
 * link; the peer's answer to who it is may come by an SA that the device has forgotten, too (mlx5 cannot tell ICMPv6, and a
 * peer's own policies may mean it), and then IKE would not find its way to make another. So who was there before is put back.
 */
final class LinkPeers {
    private final HostNetwork network;
    private final Map<Long, Known> known = new HashMap<>();

    private record Known(String device, IpAddress host, Octets linkLayer) {
    }

    LinkPeers(HostNetwork network) {
        this.network = network;
    }

    /** It has just been agreed upon by IKE, so the peer is known if it is on the link. */
    void met(InstalledChild child) {
        IpAddress peer = child.child().path().remote().address();
        if (child.packetOffload() && !peer.isV4()) {
            String device = child.grant().device();
            network.neighbour(device, peer)
                    .ifPresent(linkLayer -> known.put(child.child().id(), new Known(device, peer, linkLayer)));
        }
    }

    /** These can be used again. */
    void introduce(Collection<String> devices) {
        known.values().stream().distinct().filter(each -> devices.contains(each.device()))
                .forEach(each -> network.introduce(each.device(), each.host(), each.linkLayer()));
    }

    void forget(long child) {
        known.remove(child);
    }
}
