package dev.keylane.xfrm.software;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.software.esp.CryptoLane;
import dev.keylane.xfrm.software.esp.Esp;
import dev.keylane.xfrm.software.packet.IpPacket;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way in: state, replay window, checksum, inner packet, policy, sink. The packet's CPU is of no interest. */
final class Inbound {
    private final Tables tables;
    private final EventPump events;
    private final Lifetimes lifetimes;
    private final Drops drops;
    private final Supplier<CryptoLane> lanes;
    private final Timers timers;
    private final InboundPolicy policy;
    private final PacketSink sink;

    Inbound(Tables tables, EventPump events, Lifetimes lifetimes, Drops drops, Supplier<CryptoLane> lanes,
            Timers timers, PacketSink sink) {
        this.tables = tables;
        this.events = events;
        this.lifetimes = lifetimes;
        this.drops = drops;
        this.lanes = lanes;
        this.timers = timers;
        this.policy = new InboundPolicy(tables.spd());
        this.sink = sink;
    }

    /** Whether the packet was delivered. */
    boolean input(IpEndpoint source, IpAddress destination, byte[] esp, int from, int length) {
        DropReason reason = tryInput(source, destination, esp, from, length);
        if (reason != null) {
            drops.add(reason);
        }
        return reason == null;
    }

    private @Nullable DropReason tryInput(IpEndpoint source, IpAddress destination, byte[] esp, int from, int length) {
        if (from < 0 || length < Esp.HEADER || from > esp.length - length) {
            return DropReason.MALFORMED;
        }
        SaState state = tables.sad().find(SaId.esp(destination, Esp.spi(esp, from)));
        if (state == null) {
            return DropReason.IN_NO_STATE;
        }
        if (state.spec().direction() != SaSpec.Direction.IN) {
            return DropReason.IN_DIRECTION;
        }
        if (!state.keys().enter()) {
            return DropReason.IN_NO_STATE;
        }
        try {
            return open(state, source, esp, from, length);
        } finally {
            state.keys().leave();
        }
    }

    private @Nullable DropReason open(SaState state, IpEndpoint source, byte[] esp, int from, int length) {
        long seq = state.infer(Esp.sequence(esp, from));
        if (!state.admits(seq)) {
            state.countReplayed();
            return DropReason.IN_REPLAYED;
        }
        byte[] out = new byte[InnerPacket.HEADROOM + state.esp().plaintextRoom(length)];
        int plain = state.esp().open(lanes.get(), esp, from, length, seq, out, InnerPacket.HEADROOM);
        if (plain < 0) {
            state.countUnauthentic();
            return DropReason.IN_UNAUTHENTIC;
        }
        // RFC 4303 §3.4.3: the receive window is updated only if the integrity verification succeeds.
        if (!state.accept(seq)) {
            state.countReplayed();
            return DropReason.IN_REPLAYED;
        }
        noticeMapping(state, source, seq);
        return deliver(state, out, plain);
    }

    private @Nullable DropReason deliver(SaState state, byte[] out, int plain) {
        InnerPacket.Result inner = InnerPacket.of(state.spec(), out, plain);
        if (inner instanceof InnerPacket.Refused(DropReason reason)) {
            return reason;
        }
        IpPacket packet = ((InnerPacket.Whole) inner).packet();
        DropReason refused = policy.check(state.spec(), packet.flow());
        if (refused != null) {
            return refused;
        }
        if (!lifetimes.admit(state, packet.length())) {
            return DropReason.IN_EXPIRED;
        }
        state.used(timers.unixSeconds());
        sink.deliver(packet);
        return null;
    }

    /** Only the newest packet tells where the peer is, so that a late one does not tell where it was. */
    private void noticeMapping(SaState state, IpEndpoint source, long seq) {
        SaSpec.Encap encap = state.spec().encap();
        IpEndpoint known = state.peer().get();
        if (encap == null || !state.isNewest(seq)) {
            return;
        }
        IpEndpoint seen = encap.sourcePort() == 0 ? source.withPort(known.port()) : source;
        if (!seen.equals(known) && state.peer().compareAndSet(known, seen)) {
            events.raise(new XfrmEvent.Mapping(state.spec().id(), known.address(), known.port(), source.address(),
                    source.port()));
        }
    }
}
