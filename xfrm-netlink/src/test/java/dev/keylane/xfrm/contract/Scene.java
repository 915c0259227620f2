package dev.keylane.xfrm.contract;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One case's kernel with what the cases do over and over. */
public final class Scene {
    private final KernelUnderTest world;
    private final BlockingQueue<XfrmEvent> events = new LinkedBlockingQueue<>();

    public Scene(KernelUnderTest world) {
        this.world = world;
    }

    public XfrmKernel kernel() {
        return world.kernel();
    }

    IpAddress local() {
        return world.traffic().local();
    }

    IpAddress remote() {
        return world.traffic().remote();
    }

    public SaSample out(int spi) {
        return SaSample.out(local(), remote(), spi);
    }

    public SaSample in(int spi) {
        return SaSample.in(local(), remote(), spi);
    }

    /** Policy for the probe's packets out, with one template. */
    public PolicySpec trap(int reqid, boolean cpuAcquire) {
        Template template = new Template(local(), remote(), SaSpec.Mode.TRANSPORT, reqid, false);
        return new PolicySpec(PolicyId.of(udp(), PolicyId.Direction.OUT), PolicySpec.Action.ALLOW, 1000,
                List.of(template), cpuAcquire, null);
    }

    /** UDP from local to remote, port {@link TrafficProbe#PORT}. */
    Selector udp() {
        return new Selector(local(), local().bits(), remote(), remote().bits(), 17, Selector.Port.ANY,
                Selector.Port.of(TrafficProbe.PORT), 0);
    }

    public void listen() {
        kernel().listen(events::add);
    }

    SaSpec install(SaSample sample) {
        SaSpec sa = sample.spec();
        accept(newSa(sa));
        return sa;
    }

    public static XfrmRequest newSa(SaSpec sa) {
        return new XfrmRequest.NewSa(sa, SaSample.keys(sa));
    }

    public void accept(XfrmRequest request) {
        Expect.equal("answer to " + request, kernel().submit(request), new XfrmAnswer.Done());
    }

    /** The refusal, which must be that errno with a text that holds {@code text}. */
    void refuse(XfrmRequest request, String errno, String text) {
        if (kernel().submit(request) instanceof XfrmAnswer.Refused(XfrmError error)) {
            Expect.that(error + ", not " + errno + " with \"" + text + "\"",
                    error.name().equals(errno) && error.text().contains(text));
        } else {
            throw new AssertionError("accepted " + request);
        }
    }

    public SaInfo read(SaSpec sa) {
        XfrmAnswer answer = kernel().submit(new XfrmRequest.GetSa(sa.id()));
        if (answer instanceof XfrmAnswer.Sa(SaInfo info)) {
            return info;
        }
        throw new AssertionError("answer to GETSA " + sa.id() + " is " + answer);
    }

    boolean has(SaId id) {
        return kernel().dumpSas().stream().anyMatch(sa -> sa.id().equals(id));
    }

    long packets(SaSpec sa) {
        return read(sa).counters().packets();
    }

    public void send(int cpu, int packets) {
        for (int i = 0; i < packets; i++) {
            world.traffic().send(cpu);
        }
    }

    /** Packets from {@code cpu} must all be counted by {@code carrier}. */
    void expectCarried(int cpu, int packets, SaSpec carrier) {
        long before = packets(carrier);
        send(cpu, packets);
        Expect.equal("packets of CPU " + cpu + " on " + carrier.id(), packets(carrier) - before, (long) packets);
    }

    void elapse(Duration time) {
        world.elapse(time);
    }

    Duration acquireExpiry() {
        return world.acquireExpiry();
    }

    /** The next event, which must be of that kind. */
    public <E extends XfrmEvent> E await(Class<E> kind) {
        XfrmEvent event = next(5000);
        if (event == null) {
            throw new AssertionError("no " + kind.getSimpleName() + " within 5 s");
        }
        Expect.that("event is " + event + ", not " + kind.getSimpleName(), kind.isInstance(event));
        return kind.cast(event);
    }

    public void expectSilence() {
        XfrmEvent event = next(300);
        Expect.that("unexpected " + event, event == null);
    }

    private @Nullable XfrmEvent next(long millis) {
        try {
            return events.poll(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }
}
