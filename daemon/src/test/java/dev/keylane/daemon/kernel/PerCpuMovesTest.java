package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.LEFT;
import static dev.keylane.daemon.kernel.Samples.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer whose NAT moves it to another address while CPUs get their SAs. */
class PerCpuMovesTest {
    private static final IpEndpoint ELSEWHERE = new IpEndpoint(IpAddress.of("203.0.113.9"), 61_000);
    private static final IpEndpoint FURTHER = new IpEndpoint(IpAddress.of("203.0.113.10"), 61_001);
    private final RecordingKernel kernel = new RecordingKernel();
    private final Instant now = Instant.EPOCH.plusSeconds(1_000);
    private KernelSide side;

    @BeforeEach
    void open() throws IOException {
        KernelSettings settings = new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(2)),
                Duration.ofSeconds(30), null, "");
        side = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"),
                settings, Samples.NETWORK, new Random(3), () -> 99);
        side.use(Samples.book(Samples.perCpu()));
    }

    @Test
    void theNextCpuAsksForItsOwnSaAtTheNewAddress() {
        ChildSa fallback = up(child(2, Resource.FALLBACK));
        move(fallback, ELSEWHERE);
        assertThat(acquire(ELSEWHERE, 1, 9)).singleElement().isInstanceOfSatisfying(Event.Initiate.class, asked -> {
            assertThat(asked.trigger().resource()).isEqualTo(Resource.cpu(1));
            assertThat(asked.path().remote().address()).isEqualTo(ELSEWHERE.address());
        });
        assertThat(armed()).as("while it is asked for").isFalse();
    }

    @Test
    void whatGoesDownThereIsMissedThere() {
        ChildSa fallback = up(child(2, Resource.FALLBACK));
        ChildSa zero = up(child(3, Resource.cpu(0)));
        ChildSa one = up(child(4, Resource.cpu(1)));
        List<ChildSa> moved = Stream.of(fallback, zero, one).map(child -> at(child, ELSEWHERE)).toList();
        side.on(new Effect.MoveChildren(moved), now);
        assertThat(armed()).as("every CPU has one").isFalse();
        down(moved.get(2));
        assertThat(armed()).as("one lacks one").isTrue();
        down(moved.get(1));
        down(moved.get(0));
        assertThat(kernel.policies).isEmpty();
        side.onTime(now.plus(Retiring.GRACE));
        assertThat(side.nextTimeout()).as("nothing is left to plan").isEmpty();
    }

    @Test
    void whatIsAskedForWhileThePeerMovesComesUp() {
        ChildSa fallback = up(child(2, Resource.FALLBACK));
        assertThat(acquire(new IpEndpoint(RIGHT, 4501), 0, 9)).hasSize(1);
        move(fallback, ELSEWHERE);
        up(new ChildSa(3, 1, "west", Samples.perCpu(), child(3, Resource.NONE).terms(),
                new Path(fallback.path().local(), ELSEWHERE), Resource.cpu(0), 9));
        assertThat(armed()).as("the other CPU's turn").isTrue();
    }

    /** SAs that take the place of those the kernel cannot move belong to the plan of these. */
    @Test
    void thePlanMovesEvenIfTheKernelCannot() {
        ChildSa fallback = up(child(2, Resource.FALLBACK));
        kernel.refuse(0, RecordingKernel.error("MIGRATE_STATE", 92, "ENOPROTOOPT", ""));
        assertThat(move(fallback, ELSEWHERE)).containsExactly(new Event.RekeyChild(0, 2));
        kernel.refusal = _ -> Optional.empty();
        assertThat(acquire(new IpEndpoint(RIGHT, 4501), 1, 9)).as("by the policy that still leads to the old address")
                .singleElement().isInstanceOfSatisfying(Event.Initiate.class,
                        asked -> assertThat(asked.trigger().resource()).isEqualTo(Resource.cpu(1)));
        up(at(child(3, Resource.FALLBACK), ELSEWHERE));
        down(at(fallback, ELSEWHERE));
        assertThat(acquire(ELSEWHERE, 1, 10)).as("asked for already").isEmpty();
    }

    /** Two peers behind one NAT share a plan until one of them moves. */
    @Test
    void oneOfTwoPeersTakesItsOwnSasAlong() {
        ChildSa stays = up(child(2, Resource.FALLBACK));
        ChildSa goes = up(child(3, Resource.FALLBACK));
        ChildSa zero = up(child(4, Resource.cpu(0)));
        ChildSa one = up(child(5, Resource.cpu(1)));
        assertThat(armed()).isFalse();
        side.on(new Effect.MoveChildren(List.of(at(zero, FURTHER), at(one, FURTHER), at(goes, FURTHER))), now);
        assertThat(armed()).as("the one that stays has none for a CPU").isTrue();
        down(stays);
        down(at(one, FURTHER));
        assertThat(acquire(FURTHER, 1, 9)).singleElement().isInstanceOfSatisfying(Event.Initiate.class,
                asked -> assertThat(asked.trigger().resource()).isEqualTo(Resource.cpu(1)));
    }

    /** Only what is half up itself keeps the flag away, and nothing but its own end lets it back. */
    @Test
    void anotherSaOfTheSameCpuIsNotTakenForTheHalf() {
        up(child(2, Resource.FALLBACK));
        ChildSa half = child(3, Resource.cpu(0));
        side.on(new Effect.InstallChild(half, Samples.keys(), true), now);
        side.on(new Effect.ChildUp(Samples.ike(), Samples.view(half)), now);
        ChildSa whole = up(child(4, Resource.cpu(0)));
        down(whole);
        assertThat(armed()).as("the half would raise acquires").isFalse();
        side.on(new Effect.CompleteChild(half), now);
        assertThat(armed()).isTrue();
    }

    @Test
    void aHalfIsNotTakenForExpired() {
        ChildSa half = child(3, Resource.cpu(0));
        side.on(new Effect.InstallChild(half, Samples.keys(), true), now);
        assertThat(side.onKernelEvent(new XfrmEvent.Overrun(), now)).isEmpty();
    }

    private static ChildSa child(long id, Resource resource) {
        return Samples.withUdp(Samples.child(id, Samples.perCpu(), resource, 0));
    }

    private static ChildSa at(ChildSa child, IpEndpoint peer) {
        return child.on(new Path(child.path().local(), peer));
    }

    private ChildSa up(ChildSa child) {
        return ChildLife.up(side, child, now);
    }

    private void down(ChildSa child) {
        ChildLife.down(side, child, now);
    }

    private List<Event> move(ChildSa child, IpEndpoint peer) {
        return side.on(new Effect.MoveChildren(List.of(at(child, peer))), now);
    }

    private PolicyId outbound() {
        return kernel.policies.keySet().stream().filter(id -> id.direction() == Direction.OUT).findFirst()
                .orElseThrow();
    }

    private boolean armed() {
        return kernel.policies.get(outbound()).cpuAcquire();
    }

    private List<Event> acquire(IpEndpoint peer, int cpu, int seq) {
        Selector packet = new Selector(IpAddress.of("10.1.0.9"), 32, IpAddress.of("10.2.0.9"), 32, 17,
                Selector.Port.of(5000), Selector.Port.of(4789), 0);
        return side.onKernelEvent(new XfrmEvent.Acquire(outbound(), 1, LEFT, peer.address(), packet, 1, cpu, seq), now);
    }
}
