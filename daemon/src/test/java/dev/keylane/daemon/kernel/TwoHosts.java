package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.ChildKeysInOut;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.child.ResourceAssignment.Answer;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.crypto.jca.SecureRandomSource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.EspSuite;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.pcpu.FewestResource;
import dev.keylane.xfrm.software.OuterPath;
import dev.keylane.xfrm.software.SoftwareSettings;
import dev.keylane.xfrm.software.SoftwareXfrm;
import dev.keylane.xfrm.software.SystemTimers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two software kernels joined by a wire, a kernel side each, and in the core's place an exchange that always agrees,
 * whose answer takes its time: meanwhile the responder has an SA that the initiator does not have yet.
 */
final class TwoHosts implements AutoCloseable {
    static final int CPUS = 4;
    static final IpAddress LEFT = IpAddress.of("192.0.2.1");
    static final IpAddress RIGHT = IpAddress.of("192.0.2.2");

    final ScheduledExecutorService shard = Executors.newSingleThreadScheduledExecutor();
    final AtomicInteger delivered = new AtomicInteger();
    final List<Resource> agreed = new ArrayList<>();
    final Host left;
    final Host right;
    private final SystemTimers timers = new SystemTimers();
    private final AtomicLong ids = new AtomicLong();
    private final Random random = new Random(17);
    private final int roundTripMillis;

    final class Host {
        final IpAddress address;
        final IpAddress peer;
        final SoftwareXfrm kernel;
        final KernelSide side;
        final List<Resource> resources = new ArrayList<>();

        Host(IpAddress address, IpAddress peer) throws IOException {
            this.address = address;
            this.peer = peer;
            this.kernel = new SoftwareXfrm(SoftwareSettings.of(CPUS, JcaCrypto::new, new SecureRandomSource(), timers),
                    TwoHosts.this::carry, _ -> delivered.incrementAndGet());
            this.side = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"),
                new KernelSettings(EndpointSettings.DEFAULT,
                    PlanCpus.all(CpuSet.first(CPUS)), Duration.ofSeconds(30), null, ""), Samples.NETWORK, random, ids::incrementAndGet);
            kernel.listen(event -> shard.execute(() -> react(this, side.onKernelEvent(event, Instant.now()))));
            side.use(new PolicyBook(List.of(connection()), List.of()));
        }

        Connection connection() {
            Connection c = Samples.connection(CHILD);
            return new Connection(c.name(), new Endpoints(List.of(AddressPattern.of(address)),
                    List.of(AddressPattern.of(peer)), 0, 0), c.proposals(), c.local(), c.remote(), c.options(),
                    c.children());
        }
    }

    /** @param roundTripMillis how long a negotiation takes */
    TwoHosts(int roundTripMillis) throws IOException {
        this.roundTripMillis = roundTripMillis;
        this.left = new Host(LEFT, RIGHT);
        this.right = new Host(RIGHT, LEFT);
    }

    private boolean carry(OuterPath path, byte[] esp) {
        Host to = path.destination().equals(LEFT) ? left : right;
        to.kernel.input(new IpEndpoint(path.source(), 4500), path.destination(), esp, 0, esp.length);
        return true;
    }

    private void react(Host host, List<Event> events) {
        for (Event event : events) {
            if (event instanceof Event.Initiate initiate) {
                shard.schedule(() -> negotiate(host, initiate), roundTripMillis, TimeUnit.MILLISECONDS);
            }
        }
    }

    private void negotiate(Host initiator, Event.Initiate initiate) {
        Host responder = initiator == left ? right : left;
        Resource wanted = initiate.trigger().resource().isBound() ? initiate.trigger().resource() : Resource.FALLBACK;
        Answer answer = FewestResource.twiceThe(CpuSet.first(CPUS)).assign(
                new ResourceAssignment.Demand(CHILD, RIGHT, LEFT, responder.resources, List.of(), List.of()));
        Resource theirs = ((Answer.Assigned) answer).resource();
        Secret there = key();
        Secret back = key();
        int spiThere = spi();
        int spiBack = spi();
        agreed.add(wanted);
        ChildSa half = up(responder, theirs, 0, spiThere, spiBack,
                new ChildKeysInOut(there.slice(0, 36), null, back.slice(0, 36), null), wanted.isBound());
        shard.schedule(() -> {
            up(initiator, wanted, initiate.trigger().acquireSeq(), spiBack, spiThere,
                    new ChildKeysInOut(back, null, there, null), false);
            react(initiator, initiator.side.on(new Effect.RequestDone(initiate.request(), null), Instant.now()));
        }, roundTripMillis, TimeUnit.MILLISECONDS);
        shard.schedule(() -> react(responder, responder.side.on(new Effect.CompleteChild(half), Instant.now())),
                3L * roundTripMillis, TimeUnit.MILLISECONDS);
    }

    private ChildSa up(Host host, Resource resource, int seq, int spiIn, int spiOut, ChildKeysInOut keys,
                       boolean inboundFirst) {
        Selectors selectors = new Selectors(List.of(vxlan(host.address)), List.of(vxlan(host.peer)));
        EspSuite suite = new EspSuite(EncryptionAlgorithm.AES_GCM_16, 256, null, null, true);
        ChildSa child = new ChildSa(ids.incrementAndGet(), 1, "west", CHILD,
                new ChildTerms(spiIn, spiOut, suite, ChildConfig.Mode.TRANSPORT, selectors, true),
                new Path(new IpEndpoint(host.address, 4500), new IpEndpoint(host.peer, 4500)), resource, seq);
        host.resources.add(resource);
        List<Event> installed = host.side.on(new Effect.InstallChild(child, keys, inboundFirst), Instant.now());
        if (!(installed.getFirst() instanceof Event.ChildInstalled)) {
            throw new IllegalStateException(installed.toString());
        }
        react(host, host.side.on(new Effect.ChildUp(Samples.ike(), Samples.view(child)), Instant.now()));
        return child;
    }

    private Secret key() {
        byte[] octets = new byte[36];
        random.nextBytes(octets);
        return Secret.wrap(octets);
    }

    private int spi() {
        return 0xc0000000 | random.nextInt(1 << 24);
    }

    private static TrafficSelector vxlan(IpAddress address) {
        return new TrafficSelector(17, 4789, 4789, address, address);
    }

    @Override
    public void close() {
        shard.shutdownNow();
        left.side.close();
        right.side.close();
        left.kernel.close();
        right.kernel.close();
        timers.close();
    }

    static final ChildConfig CHILD = new ChildConfig("bf", ChildConfig.Mode.TRANSPORT, List.of(),
            List.of(new TsPattern(null, null, 17, 4789, 4789)), List.of(new TsPattern(null, null, 17, 4789, 4789)),
            ChildActions.NONE, ChildLifetime.DEFAULT, ChildConfig.PerCpu.YES, options());

    /** Threads that share the fallback overtake each other by more packets than the usual window has. */
    private static KernelOptions options() {
        return new KernelOptions(true, false, 0, 0, 2048, KernelOptions.HwOffload.NO, "", KernelOptions.Marks.NONE,
                true, true, KernelOptions.CopyDscp.OUT, false, 0);
    }
}
