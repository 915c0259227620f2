package dev.keylane.xfrm;

import dev.keylane.ike.net.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A state to install, without its keys.
 *
 * @param selector  inner selector of a transport mode state, {@link Selector#any} otherwise
 * @param cpu       the CPU it is bound to, or {@link #NO_CPU}
 * @param encap     null without UDP encapsulation
 * @param offload   null without
 * @param seq       of the acquire it answers, 0 for none
 */
public record SaSpec(SaId id, IpAddress source, Selector selector, Direction direction, Mode mode, int reqid, int cpu,
                     SaAlgorithms algorithms, Replay replay, Lifetime lifetime, @Nullable Encap encap,
                     @Nullable Offload offload, SaOptions options, int seq) {
    public static final int NO_CPU = -1;

    /** The same with other UDP ports. */
    public SaSpec with(@Nullable Encap ports) {
        return between(source, id.destination(), ports);
    }

    /** The same for other policies. */
    public SaSpec with(int otherReqid) {
        return new SaSpec(id, source, selector, direction, mode, otherReqid, cpu, algorithms, replay, lifetime, encap,
                offload, options, seq);
    }

    /** The same between other hosts. */
    public SaSpec between(IpAddress from, IpAddress to, @Nullable Encap ports) {
        return new SaSpec(new SaId(to, id.spi(), id.protocol(), id.mark()), from, selector, direction, mode, reqid,
                cpu, algorithms, replay, lifetime, ports, offload, options, seq);
    }

    /** XFRMA_SA_DIR. */
    public enum Direction { IN, OUT }

    public enum Mode { TRANSPORT, TUNNEL }

    /**
     * @param esn    64-bit sequence numbers
     * @param window packets, inbound only; 0 switches replay protection off
     */
    public record Replay(boolean esn, int window) {
    }

    /** UDP ports of the outer header as the packet carries them; source port 0 on an inbound state accepts any. */
    public record Encap(int sourcePort, int destinationPort) {
    }

    /**
     * @param packet packet offload, otherwise crypto offload
     */
    public record Offload(String device, boolean packet) {
    }
}
