package dev.keylane.ike.sim;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sa.Effect;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A NAT in front of one host: its datagrams come from another address and port, which can change at any time. */
public final class NatBox {
    private final Map<IpEndpoint, IpEndpoint> outward = new HashMap<>();
    private final Map<IpEndpoint, IpEndpoint> inward = new HashMap<>();
    private final Set<IpAddress> addresses = new HashSet<>();
    private IpAddress outside = IpAddress.of("0.0.0.0");
    private int nextPort = 20_000;

    public NatBox(String outside) {
        remap(outside);
    }

    /** The mapping of an endpoint inside, which is made when there is none. */
    public IpEndpoint mapped(IpEndpoint inside) {
        return outward.computeIfAbsent(inside, _ -> map(inside, new IpEndpoint(outside, nextPort++)));
    }

    /** Lets in what comes to the same port outside. */
    public void forward(IpEndpoint inside) {
        outward.put(inside, map(inside, new IpEndpoint(outside, inside.port())));
    }

    /** Forgets all mappings: what is sent next comes from another port. */
    public final void remap() {
        outward.clear();
        inward.clear();
    }

    public final void remap(String otherAddress) {
        outside = IpAddress.of(otherAddress);
        addresses.add(outside);
        remap();
    }

    private IpEndpoint map(IpEndpoint inside, IpEndpoint mapping) {
        inward.put(mapping, inside);
        return mapping;
    }

    Effect.SendDatagram out(Effect.SendDatagram sent) {
        return new Effect.SendDatagram(mapped(sent.local()), sent.remote(), sent.datagram());
    }

    /** What comes from inside passes; what comes to a mapping goes where it leads, and nothing else gets in. */
    Effect.@Nullable SendDatagram in(Effect.SendDatagram arrived) {
        if (!addresses.contains(arrived.remote().address())) {
            return arrived;
        }
        IpEndpoint inside = inward.get(arrived.remote());
        return inside == null ? null : new Effect.SendDatagram(arrived.local(), inside, arrived.datagram());
    }
}
