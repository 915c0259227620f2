package dev.keylane.xfrm.software;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.software.esp.CryptoLane;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * XFRM in this process's memory: requests come from one thread, packets out from one thread a CPU, packets in from any
 * number of threads, all at the same time.
 */
public final class SoftwareXfrm implements XfrmKernel {
    private final SoftwareSettings settings;
    private final Tables tables;
    private final EventPump events = new EventPump(EVENT_QUEUE);
    private final Drops drops = new Drops();
    private final Lifetimes lifetimes;
    private final Requests requests;
    private final Outbound outbound;
    private final Inbound inbound;
    private volatile boolean closed;

    public SoftwareXfrm(SoftwareSettings settings, Wire wire, PacketSink sink) {
        this.settings = settings;
        this.tables = Tables.empty(settings.backlog());
        this.lifetimes = new Lifetimes(tables, events, settings.timers());
        this.requests = new Requests(tables, lifetimes, drops, settings.cpus());
        ThreadLocal<CryptoLane> lanes =
                ThreadLocal.withInitial(() -> new CryptoLane(settings.crypto().get(), settings.random()));
        this.outbound = new Outbound(tables, events, lifetimes, drops, lanes::get, settings, wire);
        this.inbound = new Inbound(tables, events, lifetimes, drops, lanes::get, settings.timers(), sink);
    }

    @Override
    public String name() {
        return "software";
    }

    @Override
    public XfrmCapabilities capabilities() {
        return new XfrmCapabilities(true, true, true, true, settings.cpus(), "");
    }

    /**
     * Takes an IP packet of the local host that leaves on {@code cpu}. The array is read before this returns and not
     * kept.
     */
    public OutputResult output(int cpu, byte[] packet, int from, int length) {
        if (cpu < 0 || cpu >= settings.cpus()) {
            throw new IllegalArgumentException("CPU " + cpu + " of " + settings.cpus());
        }
        if (closed) {
            drops.add(DropReason.OUT_NO_STATE);
            return OutputResult.DROPPED;
        }
        return outbound.output(cpu, packet, from, length);
    }

    /**
     * Takes an ESP packet from the network: the payload of a UDP datagram whose first word is not zero.
     *
     * @param source      outer address and UDP port it came from
     * @param destination outer address it came to, which with the SPI names the state
     * @return whether it was delivered
     */
    public boolean input(IpEndpoint source, IpAddress destination, byte[] esp, int from, int length) {
        return inbound.input(source, destination, esp, from, length);
    }

    /** Packets that went nowhere since the start, by reason; every reason is there. */
    public Map<DropReason, Long> drops() {
        return drops.snapshot();
    }

    @Override
    public List<XfrmAnswer> submit(List<XfrmRequest> batch) {
        List<XfrmAnswer> answers = new ArrayList<>(batch.size());
        tables.lock().lock();
        try {
            for (XfrmRequest request : batch) {
                answers.add(requests.apply(request));
            }
        } finally {
            tables.lock().unlock();
        }
        outbound.settle();
        return List.copyOf(answers);
    }

    @Override
    public List<SaInfo> dumpSas() {
        return Stream.concat(tables.sad().all().stream().map(SaState::info),
                tables.larvals().all().stream().map(Larval::info)).toList();
    }

    @Override
    public List<PolicyInfo> dumpPolicies() {
        tables.lock().lock();
        try {
            return tables.spd().all().stream().map(Policy::info).toList();
        } finally {
            tables.lock().unlock();
        }
    }

    @Override
    public void listen(Consumer<XfrmEvent> listener) {
        events.listen(listener);
    }

    /** Destroys all keys. The timers are the maker's to close. */
    @Override
    public void close() {
        closed = true;
        tables.lock().lock();
        try {
            tables.sad().all().forEach(lifetimes::remove);
            tables.larvals().all().forEach(tables.larvals()::remove);
        } finally {
            tables.lock().unlock();
        }
        events.close();
    }

    private static final int EVENT_QUEUE = 4096;
}
