package dev.keylane.xfrm.software;

import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.software.esp.CryptoLane;
import dev.keylane.xfrm.software.esp.EspTrailer;
import dev.keylane.xfrm.software.esp.SequenceCounter;
import dev.keylane.xfrm.software.packet.Flow;
import dev.keylane.xfrm.software.packet.IpPacket;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way out: policy, state, seal, wire. Takes no lock while the packet has a state. */
final class Outbound {
    private final Tables tables;
    private final Acquires acquires;
    private final Lifetimes lifetimes;
    private final Drops drops;
    private final Supplier<CryptoLane> lanes;
    private final Timers timers;
    private final Wire wire;

    Outbound(Tables tables, EventPump events, Lifetimes lifetimes, Drops drops, Supplier<CryptoLane> lanes,
             SoftwareSettings settings, Wire wire) {
        this.tables = tables;
        this.acquires = new Acquires(tables, events, settings, this::settle);
        this.lifetimes = lifetimes;
        this.drops = drops;
        this.lanes = lanes;
        this.timers = settings.timers();
        this.wire = wire;
    }

    OutputResult output(int cpu, byte[] data, int from, int length) {
        IpPacket packet = IpPacket.parse(data, from, length);
        if (packet == null || packet.length() > MAX_PACKET) {
            return drop(DropReason.MALFORMED);
        }
        Flow flow = packet.flow();
        while (true) {
            Policy policy = tables.spd().find(PolicyId.Direction.OUT, flow);
            if (policy == null) {
                return OutputResult.CLEAR;
            }
            if (policy.spec().action() == PolicySpec.Action.BLOCK) {
                return drop(DropReason.OUT_POLICY_BLOCK);
            }
            Template template = policy.template();
            OutputResult result = template == null
                    ? OutputResult.CLEAR
                    : protect(policy, template, flow, cpu, packet);
            if (result != null) {
                return result;
            }
        }
    }

    /** Null when the tables have changed meanwhile, so that the packet must be looked at again. */
    private @Nullable OutputResult protect(Policy policy, Template template, Flow flow,
                                                                    int cpu, IpPacket packet) {
        Wanted wanted = Wanted.of(template, flow);
        SaState state = tables.sad().choose(wanted, flow, cpu);
        if (state == null) {
            return template.optional() ? OutputResult.CLEAR : await(policy, wanted, flow, cpu, packet);
        }
        if (policy.backlog().join(wanted, flow, cpu, packet)) {
            return OutputResult.QUEUED;
        }
        if (policy.spec().cpuAcquire() && state.spec().cpu() != cpu) {
            acquires.askForCpu(policy, wanted, flow, cpu);
        }
        return transmit(state, packet);
    }

    private @Nullable OutputResult await(Policy policy, Wanted wanted, Flow flow, int cpu,
                                                                  IpPacket packet) {
        return switch (acquires.waitFor(policy, wanted, flow, cpu, packet)) {
            case WAITS -> OutputResult.QUEUED;
            case LOOK_AGAIN -> null;
            case FULL -> drop(DropReason.OUT_QUEUE_FULL);
            case NOBODY_LISTENS -> drop(DropReason.OUT_NO_STATE);
        };
    }

    /** Null when the state is no longer of use, so that another one must be found. */
    private @Nullable OutputResult transmit(SaState state, IpPacket packet) {
        if (state.spec().direction() != SaSpec.Direction.OUT) {
            return drop(DropReason.OUT_DIRECTION);
        }
        // RFC 4303 §3.3: transport mode is applied only to whole IP datagrams, not to fragments.
        if (state.spec().mode() == SaSpec.Mode.TRANSPORT && packet.isFragment()) {
            return drop(DropReason.FRAGMENT);
        }
        if (!state.keys().enter()) {
            return null;
        }
        try {
            return lifetimes.admit(state, packet.length()) ? send(state, packet) : null;
        } finally {
            state.keys().leave();
        }
    }

    private OutputResult send(SaState state, IpPacket packet) {
        long seq = state.sequence().next();
        if (seq == SequenceCounter.EXHAUSTED) {
            return drop(DropReason.OUT_SEQUENCE);
        }
        byte[] esp = seal(state, packet, seq);
        state.used(timers.unixSeconds());
        return wire.send(state.path(), esp) ? OutputResult.SENT : drop(DropReason.OUT_WIRE);
    }

    private byte[] seal(SaState state, IpPacket packet, long seq) {
        return switch (state.spec().mode()) {
            case TUNNEL -> state.esp().seal(lanes.get(), seq, packet.isV4() ? EspTrailer.IPV4 : EspTrailer.IPV6,
                    packet.data(), packet.from(), packet.length(), state.spec().options().tfcPad());
            case TRANSPORT -> state.esp().seal(lanes.get(), seq, packet.protocol(), packet.data(),
                    packet.from() + packet.headerLength(), packet.length() - packet.headerLength(), 0);
        };
    }

    /** Sends the packets that have a state by now, and gives up those that wait for nothing any more. */
    void settle() {
        for (Backlog backlog : tables.spd().waiting()) {
            backlog.flush(this::hasState, this::sendLate);
            dropOrphans(backlog);
        }
    }

    private boolean hasState(Backlog.Entry entry) {
        return tables.sad().choose(entry.wanted(), entry.flow(), entry.cpu()) != null;
    }

    private void sendLate(Backlog.Entry entry) {
        OutputResult result = null;
        while (result == null) {
            SaState state = tables.sad().choose(entry.wanted(), entry.flow(), entry.cpu());
            result = state == null ? drop(DropReason.OUT_UNANSWERED) : transmit(state, entry.packet());
        }
    }

    private void dropOrphans(Backlog backlog) {
        tables.lock().lock();
        try {
            int lost = backlog.drop(entry -> !hasState(entry)
                    && !tables.larvals().isPending(new Larval.Key(entry.wanted(), SaSpec.NO_CPU)));
            drops.add(DropReason.OUT_UNANSWERED, lost);
        } finally {
            tables.lock().unlock();
        }
    }

    private OutputResult drop(DropReason reason) {
        drops.add(reason);
        return OutputResult.DROPPED;
    }

    /** So that the sealed packet still fits into a UDP datagram. */
    static final int MAX_PACKET = 65_280;
}
