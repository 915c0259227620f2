package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.LEFT;
import static dev.keylane.daemon.kernel.Samples.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A NIC with four queues that does packet offload: a reqid and policies for each lane's outbound SA. */
class LanesOfADeviceTest {
    private static final ChildConfig CONFIG = Samples.tunnel(ChildConfig.PerCpu.YES, Samples.offloading(HwOffload.PACKET));
    private final RecordingKernel kernel = new RecordingKernel();
    private final Instant now = Instant.EPOCH.plusSeconds(1_000);
    private XfrmKernelSide side;

    @BeforeEach
    void open() throws IOException {
        side = open(4);
    }

    @Test
    void theOneForAllBringsUpTheOthersWithoutAnAcquire() {
        assertThat(up(2, Resource.FALLBACK)).extracting(event -> ((Event.Initiate) event).trigger())
                .containsExactly(trigger(1), trigger(2), trigger(3));
        assertThat(kernel.policies.values()).noneMatch(PolicySpec::cpuAcquire);
        assertThat(side.lanes(CONFIG, RIGHT)).isEqualTo(CpuSet.of(1, 2, 3));
        assertThat(side.senders().plans()).isEmpty();
    }

    @Test
    void eachSendsByAReqidOfItsOwnAndReceivesByTheirCommonOne() {
        up(2, Resource.FALLBACK);
        up(3, Resource.cpu(1));
        up(4, Resource.cpu(2));
        assertThat(kernel.sas.values()).extracting(SaSpec::cpu).containsOnly(SaSpec.NO_CPU);
        assertThat(List.of(in(2), in(3), in(4))).extracting(SaSpec::reqid).containsOnly(1);
        assertThat(List.of(out(2), out(3), out(4))).extracting(SaSpec::reqid).containsExactly(1, 2, 3);
        assertThat(leadingTo(1)).singleElement().satisfies(whole ->
                assertThat(whole.id().selector().sourcePort()).isEqualTo(Selector.Port.ANY));
        assertThat(leadingTo(3)).hasSize(2).allSatisfy(lane -> {
            assertThat(lane.id().selector().sourcePort()).isEqualTo(new Selector.Port(2, 3));
            assertThat(lane.offload()).isEqualTo(new SaSpec.Offload("eth7", true));
        });
        assertThat(side.counters(List.of(2L, 4L)).get(4L)).satisfies(lane -> {
            assertThat(lane.reqid()).isEqualTo(3);
            assertThat(lane.lanes()).isEqualTo(4);
        });
    }

    /** A NIC sends what a policy without an SA means in the clear, or not at all. */
    @Test
    void aLanesPolicyComesAfterItsSaAndGoesBeforeIt() {
        up(2, Resource.FALLBACK);
        kernel.take();
        up(3, Resource.cpu(1));
        assertThat(names()).containsSubsequence("NewSa", "NewSa", "NewPolicy", "NewPolicy").doesNotContain("UpdPolicy");
        down(child(3, Resource.cpu(1)));
        assertThat(names()).containsExactly("DelPolicy", "DelPolicy", "DelSa");
        assertThat(kernel.sas).as("what is under way is received").containsKey(SaId.esp(LEFT, 0xc0000003));
        side.onTime(now.plus(Retiring.GRACE));
        assertThat(names()).containsExactly("DelSa");
        assertThat(leadingTo(1)).as("the one for all has the flows").hasSize(1);
    }

    @Test
    void aPacketThatMeetsALaneWithoutItsSaGetsThatLaneReplaced() {
        up(2, Resource.FALLBACK);
        up(3, Resource.cpu(1));
        kernel.sas.remove(SaId.esp(RIGHT, 0xd0000003));
        XfrmEvent.Acquire acquire = new XfrmEvent.Acquire(leadingTo(2).getFirst().id(), 8, LEFT, RIGHT, Selector.any(true),
                2, SaSpec.NO_CPU, 1);
        assertThat(side.onKernelEvent(acquire, now))
                .containsExactly(new Event.PathRestored(3), new Event.RekeyChild(0, 3));
        assertThat(side.onKernelEvent(acquire, now)).as("asked already").isEmpty();
    }

    @Test
    void aLaneThatReceivesOnlyHasNoPolicyYet() {
        up(2, Resource.FALLBACK);
        ChildSa half = child(3, Resource.cpu(1));
        side.on(new Effect.InstallChild(half, Samples.keys(), true), now);
        assertThat(leadingTo(2)).isEmpty();
        kernel.take();
        side.on(new Effect.CompleteChild(half), now);
        assertThat(names()).containsExactly("NewSa", "NewPolicy", "NewPolicy");
        assertThat(leadingTo(2)).hasSize(2);
        side.on(new Effect.RemoveChild(half), now);
        assertThat(leadingTo(2)).isEmpty();
    }

    @Test
    void aRefusedPolicyOfALaneLeavesNothingOfIt() {
        up(2, Resource.FALLBACK);
        List<PolicyId> before = List.copyOf(kernel.policies.keySet());
        kernel.refuse(5, RecordingKernel.error("NEWPOLICY", 28, "ENOSPC", ""));
        assertThat(side.on(new Effect.InstallChild(child(3, Resource.cpu(1)), Samples.keys(), false), now))
                .singleElement().isInstanceOf(Event.ChildInstallFailed.class);
        assertThat(kernel.policies.keySet()).containsExactlyElementsOf(before);
        assertThat(kernel.sas).hasSize(2);
        kernel.refusal = _ -> Optional.empty();
        up(4, Resource.cpu(2));
        assertThat(out(4).reqid()).as("lane 1's is remembered for lane 1").isEqualTo(3);
    }

    /** The card goes on with the oldest, so that one goes as soon as another is there to send. */
    @Test
    void theReplacedOneStopsSendingAndGoesOnReceiving() {
        up(2, Resource.FALLBACK);
        up(3, Resource.cpu(1));
        up(4, Resource.cpu(1));
        kernel.take();
        side.on(new Effect.StopSending(child(3, Resource.cpu(1))), now);
        assertThat(kernel.take()).containsExactly(new XfrmRequest.DelSa(SaId.esp(RIGHT, 0xd0000003)));
        assertThat(out(4).reqid()).isEqualTo(2);
        assertThat(side.onKernelEvent(new XfrmEvent.Overrun(), now)).as("it has not expired").isEmpty();
        down(child(3, Resource.cpu(1)));
        assertThat(names()).isEmpty();
        side.onTime(now.plus(Retiring.GRACE));
        assertThat(kernel.take()).containsExactly(new XfrmRequest.DelSa(SaId.esp(LEFT, 0xc0000003)));
        assertThat(leadingTo(2)).hasSize(2);
    }

    /** Its policies stay until its deletion is over, and lead nowhere else. */
    @Test
    void theDeletedOneSendsUntilItIsGone() {
        up(2, Resource.FALLBACK);
        up(3, Resource.cpu(1));
        kernel.take();
        side.on(new Effect.StopSending(child(3, Resource.cpu(1))), now);
        assertThat(kernel.take()).isEmpty();
    }

    @Test
    void aDeletedOneIsAskedForAgainWithTheNextForAll() {
        allUp();
        assertThat(down(child(4, Resource.cpu(2)))).isEmpty();
        assertThat(up(6, Resource.FALLBACK)).singleElement().isEqualTo(new Event.Initiate(-4, "west", "net",
                new Path(new IpEndpoint(LEFT, 500),
                        new IpEndpoint(RIGHT, 500)), trigger(2)));
    }

    /** Its SA has expired in the kernel, and nobody has taken the policy away yet. */
    @Test
    void anAcquireOfALanesPolicyAsksForThatLane() {
        allUp();
        PolicySpec policy = leadingTo(3).getFirst();
        Selector packet = new Selector(IpAddress.of("10.1.0.9"), 32, IpAddress.of("10.2.0.9"), 32, 17,
                Selector.Port.of(5002), Selector.Port.of(4789), 0);
        assertThat(side.onKernelEvent(new XfrmEvent.Acquire(policy.id(), 1, LEFT, RIGHT, packet, 3, SaSpec.NO_CPU, 7),
                now.plusSeconds(60))).singleElement().satisfies(event -> {
                    Event.Trigger wanted = ((Event.Initiate) event).trigger();
                    assertThat(wanted.resource()).isEqualTo(Resource.cpu(2));
                    assertThat(wanted.acquireSeq()).isEqualTo(7);
                });
    }

    @Test
    void aDeviceWithOneQueueHasOneSa() throws IOException {
        side = open(1);
        assertThat(up(2, Resource.FALLBACK)).isEmpty();
        up(3, Resource.cpu(1));
        assertThat(out(3).reqid()).isEqualTo(1);
        assertThat(out(3).cpu()).isEqualTo(SaSpec.NO_CPU);
        assertThat(side.lanes(CONFIG, RIGHT).isEmpty()).isTrue();
    }

    /** The other lanes count on, and hide nothing; nor does it take the one for all to see. */
    @Test
    void aLaneThatTheDeviceHasForgottenIsDoubtedAlone() {
        allUp();
        kernel.carried.put(out(4).id(), 0L);
        for (int look = 1; look <= 4; look++) {
            long second = 1_000 + look;
            leadingTo(3).stream().limit(1).forEach(policy -> kernel.looked.put(policy.id(), second));
            kernel.packets += 5;
            side.onTime(now.plusSeconds(3L * look));
        }
        assertThat(isDoubted(4)).isTrue();
        assertThat(Stream.of(2L, 3L, 5L)).noneMatch(this::isDoubted);
        assertThat(side.offloads().doubted()).isEqualTo(Map.of("eth7", 1L));
    }

    private boolean isDoubted(long child) {
        return side.overview().children().get(child).grant().isDoubted();
    }

    /** Port ranges are many policies, each of them once more for each lane. */
    @Test
    void selectorsOfManyPiecesHaveFewerLanes() throws IOException {
        side = open(64);
        TrafficSelector ports = new TrafficSelector(17, 1, 65_534, IpAddress.of("10.2.0.0"), IpAddress.of("10.2.255.255"));
        ChildSa child = Samples.child(2, CONFIG, Resource.FALLBACK, 0, new Selectors(List.of(Samples.LEFT_NET), List.of(ports)));
        assertThat(side.on(new Effect.InstallChild(child, Samples.keys(), false), now)).hasSize(1);
        assertThat(outbound().filter(Lanes::canDivide).count()).isEqualTo(30);
        assertThat(side.lanes(CONFIG, RIGHT)).isEqualTo(new Lanes(32).beside());
    }

    @Test
    void aNumberThatStandsIsKeptUntilTheLastOfItGoes() throws IOException {
        int[] queues = {4};
        side = open(queues);
        up(2, Resource.FALLBACK);
        queues[0] = 2;
        up(3, Resource.cpu(3));
        assertThat(leadingTo(2)).hasSize(2).allSatisfy(lane ->
                assertThat(lane.id().selector().sourcePort()).isEqualTo(new Selector.Port(3, 3)));
        down(child(2, Resource.FALLBACK));
        down(child(3, Resource.cpu(3)));
        up(4, Resource.FALLBACK);
        assertThat(side.lanes(CONFIG, RIGHT)).isEqualTo(CpuSet.of(1));
        assertThat(side.lanes(CONFIG, LEFT).isEmpty()).as("another peer's, which may have another number").isTrue();
    }

    private XfrmKernelSide open(int... queues) throws IOException {
        XfrmKernelSide opened = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"),
                new KernelSettings(EndpointSettings.DEFAULT, (_, _) -> CpuSet.first(2), Duration.ofSeconds(30), null, ""),
                new Nic(queues), new Random(3), new AtomicLong(50)::incrementAndGet);
        opened.use(Samples.book(CONFIG));
        return opened;
    }

    private List<Event> up(long id, Resource resource) {
        ChildSa child = child(id, resource);
        assertThat(side.on(new Effect.InstallChild(child, Samples.keys(), false), now))
                .containsExactly(new Event.ChildInstalled(1, id));
        return side.on(new Effect.ChildUp(Samples.ike(), Samples.view(child)), now);
    }

    /** The one for all as 2, lanes 1 to 3 as 3 to 5. */
    private void allUp() {
        List<Event> asked = up(2, Resource.FALLBACK);
        for (int lane = 1; lane < 4; lane++) {
            assertThat(up(2 + lane, Resource.cpu(lane))).isEmpty();
        }
        asked.forEach(event -> side.on(new Effect.RequestDone(((Event.Initiate) event).request(), null), now));
    }

    private List<Event> down(ChildSa child) {
        kernel.take();
        side.on(new Effect.RemoveChild(child), now);
        return side.on(new Effect.ChildDown(Samples.ike(), Samples.view(child), "gone"), now);
    }

    private List<String> names() {
        return kernel.take().stream().map(request -> request.getClass().getSimpleName())
                .filter(name -> !name.startsWith("Get")).toList();
    }

    private Stream<PolicySpec> outbound() {
        return kernel.policies.values().stream().filter(policy -> policy.id().direction() == Direction.OUT);
    }

    private List<PolicySpec> leadingTo(int reqid) {
        return outbound().filter(policy -> policy.templates().stream().map(Template::reqid).toList().contains(reqid))
                .toList();
    }

    private SaSpec in(int id) {
        return kernel.sas.get(SaId.esp(LEFT, 0xc0000000 + id));
    }

    private SaSpec out(int id) {
        return kernel.sas.get(SaId.esp(RIGHT, 0xd0000000 + id));
    }

    private static Event.Trigger trigger(int lane) {
        return new Event.Trigger(Resource.cpu(lane), 0, null);
    }

    private static ChildSa child(long id, Resource resource) {
        return Samples.child(id, CONFIG, resource, 0);
    }

    /** @param queues one number, which may change */
    private record Nic(int[] queues) implements HostNetwork {
        @Override
        public Optional<String> deviceOf(IpAddress local) {
            return Samples.NETWORK.deviceOf(local);
        }

        @Override
        public OptionalInt indexOf(String device) {
            return Samples.NETWORK.indexOf(device);
        }

        @Override
        public int queues(String device) {
            return device.equals("eth7") ? queues[0] : 0;
        }

        @Override
        public Optional<IpAddress> sourceFor(IpAddress remote) {
            return Samples.NETWORK.sourceFor(remote);
        }
    }
}
