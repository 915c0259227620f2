package dev.keylane.xfrm.software;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import dev.keylane.xfrm.software.packet.IpPacket;
import dev.keylane.xfrm.software.packet.UdpDatagram;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Two kernels wired to each other: what the left one sends the right one gets on the same thread, at once. */
final class Pair implements AutoCloseable {
    static final IpAddress LEFT = IpAddress.of("192.0.2.1");
    static final IpAddress RIGHT = IpAddress.of("192.0.2.2");
    static final IpAddress LEFT6 = IpAddress.of("2001:db8::1");
    static final IpAddress RIGHT6 = IpAddress.of("2001:db8::2");

    final ManualTimers timers = new ManualTimers();
    final SoftwareXfrm left;
    final SoftwareXfrm right;
    final Queue<byte[]> onWire = new ConcurrentLinkedQueue<>();
    final Queue<IpPacket> atRight = new ConcurrentLinkedQueue<>();
    final Queue<IpPacket> atLeft = new ConcurrentLinkedQueue<>();
    final BlockingQueue<XfrmEvent> leftEvents = new LinkedBlockingQueue<>();
    final BlockingQueue<XfrmEvent> rightEvents = new LinkedBlockingQueue<>();
    /** Whether packets are only recorded, not carried. */
    volatile boolean cut;

    Pair() {
        this(4);
    }

    Pair(int cpus) {
        left = new SoftwareXfrm(Kernels.settings(cpus, timers), this::toRight, atLeft::add);
        right = new SoftwareXfrm(Kernels.settings(cpus, timers), this::toLeft, atRight::add);
        left.listen(leftEvents::add);
        right.listen(rightEvents::add);
    }

    private boolean toRight(OuterPath path, byte[] esp) {
        onWire.add(esp);
        if (!cut) {
            right.input(new IpEndpoint(path.source(), 4500), path.destination(), esp, 0, esp.length);
        }
        return true;
    }

    private boolean toLeft(OuterPath path, byte[] esp) {
        left.input(new IpEndpoint(path.source(), 4500), path.destination(), esp, 0, esp.length);
        return true;
    }

    boolean inputRight(byte[] esp) {
        return right.input(new IpEndpoint(LEFT, 4500), RIGHT, esp, 0, esp.length);
    }

    /** Installs the inbound half on the right, then the outbound half on the left. */
    void install(SaSample out, int window) {
        SaSpec sent = out.spec();
        SaKeys keys = SaSample.keys(sent);
        SaSpec received = new SaSpec(sent.id(), sent.source(), sent.selector(), SaSpec.Direction.IN, sent.mode(),
                sent.reqid(), sent.cpu(), sent.algorithms(), new SaSpec.Replay(sent.replay().esn(), window),
                sent.lifetime(), sent.encap(), null, sent.options(), 0);
        accept(right, new XfrmRequest.NewSa(received, keys));
        accept(left, new XfrmRequest.NewSa(sent, keys));
    }

    static void accept(SoftwareXfrm kernel, XfrmRequest request) {
        if (!kernel.submit(request).equals(new XfrmAnswer.Done())) {
            throw new AssertionError(kernel.submit(request) + " to " + request);
        }
    }

    static PolicySpec policy(PolicyId.Direction direction, Selector selector, Template template, boolean cpuAcquire) {
        return new PolicySpec(PolicyId.of(selector, direction), PolicySpec.Action.ALLOW, 1000, List.of(template),
                cpuAcquire, null);
    }

    /** Host to host in transport mode. */
    static PolicySpec transport(PolicyId.Direction direction, boolean cpuAcquire) {
        return policy(direction, hosts(LEFT, RIGHT),
                new Template(LEFT, RIGHT, SaSpec.Mode.TRANSPORT, SaSample.REQID, false), cpuAcquire);
    }

    static Selector hosts(IpAddress source, IpAddress destination) {
        return new Selector(source, source.bits(), destination, destination.bits(), 0, Selector.Port.ANY,
                Selector.Port.ANY, 0);
    }

    static byte[] udp(IpAddress source, IpAddress destination, int number) {
        return new UdpDatagram(new IpEndpoint(source, 1000 + number % 50_000), new IpEndpoint(destination, 4000),
                Octets.of(number >> 24, number >> 16, number >> 8, number)).toPacket();
    }

    OutputResult send(int cpu, int number) {
        return send(cpu, udp(LEFT, RIGHT, number));
    }

    OutputResult send(int cpu, byte[] packet) {
        return left.output(cpu, packet, 0, packet.length);
    }

    static long packets(SoftwareXfrm kernel, IpAddress destination, int spi) {
        return info(kernel, destination, spi).counters().packets();
    }

    static SaInfo info(SoftwareXfrm kernel, IpAddress destination, int spi) {
        return kernel.dumpSas().stream().filter(sa -> sa.id().spi() == spi && sa.id().destination().equals(destination))
                .findFirst().orElseThrow();
    }

    static <E extends XfrmEvent> E next(BlockingQueue<XfrmEvent> events, Class<E> kind) throws InterruptedException {
        return kind.cast(events.poll(5, TimeUnit.SECONDS));
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
