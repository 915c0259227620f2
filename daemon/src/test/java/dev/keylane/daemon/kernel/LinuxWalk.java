package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.EspSuite;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.linux.CpuAffinity;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.kernel.NetlinkXfrm;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A kernel side over the running kernel, in the network namespace of the calling thread, whose link leads to
 * 10.77.0.2. Whoever uses it stands in for the core: takes the requests and answers them with SAs.
 */
final class LinuxWalk implements AutoCloseable {
    static final IpAddress LOCAL = IpAddress.of("10.77.0.1");
    static final IpAddress REMOTE = IpAddress.of("10.77.0.2");
    static final String[] LINK = {"link set lo up", "link add kl0 type veth peer name kl1", "link set kl0 up",
        "link set kl1 up", "addr add 10.77.0.1/24 dev kl0",
        "neigh add 10.77.0.2 lladdr 02:00:00:00:00:02 dev kl0 nud permanent"};
    static final ChildConfig CHILD = TwoHosts.CHILD;

    final NetlinkXfrm kernel = NetlinkXfrm.open();
    final KernelSide side;
    private final BlockingQueue<XfrmEvent> events = new LinkedBlockingQueue<>();
    private final AtomicLong ids = new AtomicLong();
    private final Random random = new Random();

    LinuxWalk(java.nio.file.Path journal, int cpus, Duration acquireExpires) throws IOException {
        side = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"),
                new KernelSettings(EndpointSettings.DEFAULT,
                PlanCpus.all(CpuSet.first(cpus)), acquireExpires, journal, "b"), new JdkHostNetwork(), random, ids::incrementAndGet);
        side.use(new PolicyBook(List.of(connection()), List.of()));
        kernel.listen(events::add);
    }

    static Connection connection() {
        Connection c = Samples.connection(CHILD);
        return new Connection(c.name(), new Endpoints(List.of(AddressPattern.of(LOCAL)),
                List.of(AddressPattern.of(REMOTE)), 0, 0), c.proposals(), c.local(), c.remote(), c.options(),
                c.children());
    }

    /** The next request to the core, null when none comes in time; kernel events are handled meanwhile. */
    Event.@Nullable Initiate awaitRequest(Duration limit) throws InterruptedException {
        Instant end = Instant.now().plus(limit);
        for (Duration left = limit; !left.isNegative(); left = Duration.between(Instant.now(), end)) {
            XfrmEvent event = events.poll(Math.min(50, left.toMillis()), TimeUnit.MILLISECONDS);
            List<Event> requests = event == null
                    ? side.onTime(Instant.now()) : side.onKernelEvent(event, Instant.now());
            for (Event request : requests) {
                if (request instanceof Event.Initiate initiate) {
                    return initiate;
                }
            }
        }
        return null;
    }

    /** Brings up what was asked for. */
    void agree(Event.Initiate initiate) {
        Resource wanted = initiate.trigger().resource();
        Resource resource = wanted.isBound() ? wanted : Resource.FALLBACK;
        Selectors selectors = new Selectors(List.of(vxlan(LOCAL)), List.of(vxlan(REMOTE)));
        EspSuite suite = new EspSuite(EncryptionAlgorithm.AES_GCM_16, 256, null, null, true);
        ChildSa child = new ChildSa(ids.incrementAndGet(), 1, "west", CHILD, new ChildTerms(spi(), spi(), suite,
                ChildConfig.Mode.TRANSPORT, selectors, false),
                new Path(new IpEndpoint(LOCAL, 500), new IpEndpoint(REMOTE, 500)), resource,
                initiate.trigger().acquireSeq());
        Event installed = side.on(new Effect.InstallChild(child, Samples.keys(), false), Instant.now()).getFirst();
        if (!(installed instanceof Event.ChildInstalled)) {
            throw new AssertionError(installed);
        }
        side.on(new Effect.ChildUp(Samples.ike(), Samples.view(child)), Instant.now());
        side.on(new Effect.RequestDone(initiate.request(), null), Instant.now());
    }

    void refuse(Event.Initiate initiate) {
        side.on(new Effect.ChildFailed(initiate.request(), "west", CHILD.name(), initiate.trigger().resource(),
                initiate.trigger().acquireSeq(), 38, "received TS_UNACCEPTABLE notify error"), Instant.now());
        side.on(new Effect.RequestDone(initiate.request(), "received TS_UNACCEPTABLE notify error"), Instant.now());
    }

    /** VXLAN packets from one CPU, each of which looks for its state anew. */
    void send(int cpu, int packets) {
        CpuAffinity.on(cpu, () -> {
            try (DatagramChannel channel = DatagramChannel.open()) {
                channel.bind(new InetSocketAddress(LOCAL.toInetAddress(), VXLAN));
                for (int i = 0; i < packets; i++) {
                    channel.send(ByteBuffer.allocate(100), new InetSocketAddress(REMOTE.toInetAddress(), VXLAN));
                }
            } catch (IOException dropped) {
                // the counters tell
                return;
            }
        });
    }

    /** Packets by the CPU of the outbound state that carried them, those of the fallback under -1. */
    Map<Integer, Long> carried() {
        Map<Integer, Long> packets = new TreeMap<>();
        for (SaInfo sa : kernel.dumpSas()) {
            if (!sa.larval() && sa.direction() == SaSpec.Direction.OUT) {
                packets.merge(sa.cpu(), sa.counters().packets(), Long::sum);
            }
        }
        return packets;
    }

    boolean isArmed() {
        return kernel.dumpPolicies().stream().map(PolicyInfo::spec).anyMatch(PolicySpec::cpuAcquire);
    }

    private int spi() {
        return 0xc0000000 | random.nextInt(1 << 28);
    }

    private static TrafficSelector vxlan(IpAddress address) {
        return new TrafficSelector(17, VXLAN, VXLAN, address, address);
    }

    @Override
    public void close() {
        side.close();
        kernel.close();
    }

    private static final int VXLAN = 4789;
}
