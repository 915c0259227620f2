package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.kernel.LinkChange.Keys;
import dev.keylane.daemon.kernel.LinkChange.State;
import dev.keylane.daemon.offload.KeyLoss;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device, here eth7, forgets what was in it. The kernel's side of it is played by {@link #flush}. */
class LostKeysTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final AtomicInteger asked = new AtomicInteger();
    private final HostNetwork network = new HostNetwork() {
        @Override
        public Optional<String> deviceOf(IpAddress local) {
            asked.incrementAndGet();
            return Samples.NETWORK.deviceOf(local);
        }

        @Override
        public OptionalInt indexOf(String device) {
            return Samples.NETWORK.indexOf(device);
        }

        @Override
        public Optional<IpAddress> sourceFor(IpAddress remote) {
            return Samples.NETWORK.sourceFor(remote);
        }
    };
    private XfrmKernelSide side;
    private Instant now = Instant.EPOCH.plusSeconds(1_000);
    @TempDir
    private Path directory;

    @BeforeEach
    void open() throws IOException {
        KernelSettings settings = new KernelSettings(EndpointSettings.DEFAULT, (_, _) -> CpuSet.EMPTY,
                Duration.ofSeconds(30), directory.resolve("journal"), "boot");
        side = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"), settings,
                network, new Random(3), new AtomicLong()::incrementAndGet);
        side.use(Samples.book(PACKET));
    }

    @Test
    void theKeysAreReplacedWhenTheDeviceIsOnAgain() {
        install(2, PACKET);
        flush();
        assertThat(off(State.DOWN)).as("nobody to be asked").isEmpty();
        assertThat(kernel.policies.values()).as("nothing passes in the clear meanwhile")
                .filteredOn(policy -> policy.id().direction() != PolicyId.Direction.FWD)
                .extracting(PolicySpec::action).containsExactly(PolicySpec.Action.BLOCK, PolicySpec.Action.BLOCK);
        assertThat(side.offloads().lost()).isEqualTo(Map.of(new KeyLoss("eth7", KeyLoss.Reason.LINK_DOWN), 1L));

        assertThat(news(State.NO_CARRIER, Keys.KEPT)).isEmpty();
        assertThat(news(State.UP, Keys.KEPT)).containsExactly(new Event.PathRestored(2), new Event.RekeyChild(0, 2));
        now = now.plusMillis(150);
        assertThat(side.nextTimeout()).contains(now);
        assertThat(side.onTime(now)).as("a link that has just come up may lose packets")
                .containsExactly(new Event.PathRestored(2), new Event.RekeyChild(0, 2));

        install(3, PACKET);
        assertThat(offloaded()).as("policies are there again").hasSize(2);
        kernel.take();
        side.on(new Effect.RemoveChild(Samples.child(2, PACKET, Resource.NONE, 0)), now);
        now = now.plus(Retiring.GRACE);
        side.onTime(now);
        assertThat(kernel.take()).as("nothing of the old child's is there to be deleted")
                .noneMatch(request -> request instanceof XfrmRequest.DelSa || request instanceof XfrmRequest.DelPolicy);
        assertThat(kernel.sas).hasSize(2);
        now = now.plusSeconds(1);
        side.onTime(now);
        assertThat(kernel.take()).as("the device is tried again").isNotEmpty();
        assertThat(side.nextTimeout()).as("the next look at counters").hasValueSatisfying(at ->
                assertThat(at).isAfter(now.plusSeconds(1)));
    }

    @Test
    void aPeerThatDoesNotAnswerCountsAsCutOffOnlyJustAfterTheLinkHasComeUp() {
        install(2, PACKET);
        flush();
        off(State.DOWN);
        news(State.UP, Keys.KEPT);
        assertThat(during(Duration.ofSeconds(2))).contains(new Event.PathRestored(2));
        assertThat(during(Duration.ofMinutes(10))).contains(new Event.RekeyChild(0, 2))
                .doesNotContain(new Event.PathRestored(2));
        assertThat(news(State.NO_CARRIER, Keys.KEPT)).isEmpty();
        assertThat(news(State.UP, Keys.KEPT)).as("cut once more")
                .containsExactly(new Event.PathRestored(2), new Event.RekeyChild(0, 2));
        assertThat(news(State.UP, Keys.KEPT)).as("no news").isEmpty();
    }

    @Test
    void theMachineIsAskedOnceForAllThatWait() {
        for (long id = 2; id < 12; id++) {
            install(id, PACKET);
        }
        flush();
        off(State.DOWN);
        asked.set(0);
        now = now.plusSeconds(1);
        assertThat(side.onTime(now)).isEmpty();
        assertThat(asked).hasValue(1);
    }

    @Test
    void noKeyIsInstalledTwice() {
        install(2, PACKET);
        kernel.take();
        flush();
        off(State.DOWN);
        news(State.UP, Keys.KEPT);
        for (int second = 0; second < 60; second++) {
            now = now.plusSeconds(1);
            side.onTime(now);
            side.audit(now);
        }
        assertThat(kernel.take()).as("other than to try the device").noneMatch(request ->
                request instanceof XfrmRequest.NewSa(var sa, _) && sa.id().spi() < 0);
    }

    @Test
    void aPacketThatMeetsNoSaGetsTheChildReplacedAndNoSecondOne() {
        install(2, PACKET);
        kernel.sas.clear();
        assertThat(acquire()).containsExactly(new Event.PathRestored(2), new Event.RekeyChild(0, 2));
        assertThat(acquire()).as("asked already").isEmpty();
        assertThat(side.audit(now)).isEmpty();
        assertThat(side.audit(now)).isEmpty();
    }

    @Test
    void anotherDevicesKeysAreNotLost() {
        install(2, PACKET);
        assertThat(side.onLink(new LinkChange(Set.of("eth8"), State.DOWN, Keys.LOST), now)).isEmpty();
        assertThat(side.offloads().lost()).isEmpty();
        assertThat(kernel.sas).hasSize(2);
        assertThat(offloaded()).hasSize(2);
    }

    @Test
    void aKernelThatHasNotComeToFlushingIsHelpedAndStrangersAreNot() {
        install(2, PACKET);
        SaSpec foreign = kernel.sas.values().iterator().next();
        off(State.DOWN);
        assertThat(kernel.sas).isEmpty();
        assertThat(offloaded()).isEmpty();

        install(3, PACKET);
        SaSpec mine = kernel.sas.values().iterator().next();
        flush();
        SaSpec theirs = new SaSpec(mine.id(), mine.source(), mine.selector(), mine.direction(), mine.mode(), 4242, mine.cpu(),
                mine.algorithms(), mine.replay(), mine.lifetime(), null, null, mine.options(), 0);
        kernel.sas.put(theirs.id(), theirs);
        off(State.DOWN);
        side.on(new Effect.RemoveChild(Samples.child(3, PACKET, Resource.NONE, 0)), now);
        assertThat(kernel.sas.values()).as("by our SA's name, but another's").containsExactly(theirs);
        assertThat(foreign.id()).isNotEqualTo(theirs.id());
    }

    @Test
    void theJournalForgetsThemToo() throws IOException {
        install(2, PACKET);
        assertThat(journal()).contains("+sa ");
        flush();
        off(State.DOWN);
        long added = journal().lines().filter(line -> line.startsWith("+sa ")).count();
        long removed = journal().lines().filter(line -> line.startsWith("-sa ")).count();
        assertThat(added - removed).isZero();
    }

    @Test
    void cryptoOffloadLosesItsStatesAndKeepsItsPolicies() {
        install(2, CRYPTO);
        int policies = kernel.policies.size();
        flush();
        off(State.DOWN);
        assertThat(kernel.policies).hasSize(policies);
        assertThat(news(State.UP, Keys.KEPT)).contains(new Event.RekeyChild(0, 2));
    }

    @Test
    void softwareSasStay() {
        install(2, Samples.tunnel());
        assertThat(off(State.DOWN)).isEmpty();
        assertThat(news(State.UP, Keys.KEPT)).isEmpty();
        assertThat(side.offloads().lost()).isEmpty();
    }

    @Test
    void whenNewsWereLostTheKernelIsAsked() {
        install(2, PACKET);
        assertThat(news(State.UP, Keys.UNKNOWN)).as("all is there").isEmpty();
        flush();
        assertThat(news(State.UP, Keys.UNKNOWN)).contains(new Event.RekeyChild(0, 2));
    }

    @Test
    void whereSomeAreLeftTheirPoliciesAreToo() {
        install(2, PACKET);
        install(3, PACKET);
        kernel.sas.keySet().removeIf(id -> (id.spi() & 0xff) == 2);
        Set<PolicyId> policies = Set.copyOf(kernel.policies.keySet());
        assertThat(news(State.UP, Keys.UNKNOWN)).contains(new Event.RekeyChild(0, 2))
                .doesNotContain(new Event.RekeyChild(0, 3));
        assertThat(kernel.policies.keySet()).containsExactlyInAnyOrderElementsOf(policies);
    }

    @Test
    void aLinkThatFlapsIsFollowedEverMoreSlowly() {
        int asked = 0;
        Instant end = now.plusSeconds(60);
        long child = 2;
        while (now.isBefore(end)) {
            install(child, PACKET);
            flush();
            off(State.DOWN);
            List<Event> events = news(State.UP, Keys.KEPT);
            asked += events.contains(new Event.RekeyChild(0, child)) ? 1 : 0;
            side.on(new Effect.RemoveChild(Samples.child(child, PACKET, Resource.NONE, 0)), now);
            child++;
            now = now.plusMillis(50);
        }
        assertThat(asked).isBetween(4, 8);
    }

    @Test
    void aTrapIsPutBackAndHeldBackMeanwhile() {
        assertThat(side.installTrap(Samples.connection(PACKET), PACKET)).isEmpty();
        flush();
        off(State.DOWN);
        assertThat(offloaded()).isEmpty();
        assertThat(kernel.policies.values()).anyMatch(policy -> policy.action() == PolicySpec.Action.BLOCK);
        news(State.UP, Keys.KEPT);
        assertThat(offloaded()).hasSize(2);
        assertThat(side.traps()).hasSize(1);
        side.uninstallTrap("west", "net");
        assertThat(kernel.policies).isEmpty();
    }

    @Test
    void aTrapThatIsRefusedIsTriedAgainByTheClockAndNotMoreOften() {
        assertThat(side.installTrap(Samples.connection(PACKET), PACKET)).isEmpty();
        flush();
        off(State.DOWN);
        kernel.refusal = request -> request instanceof XfrmRequest.GetSa ? Optional.empty()
                : Optional.of(RecordingKernel.error("NEWPOLICY", 16, "EBUSY", ""));
        news(State.UP, Keys.KEPT);
        kernel.take();
        side.onTime(now.plusMillis(1));
        assertThat(kernel.take()).as("somebody else's timer").isEmpty();
        assertThat(side.nextTimeout()).hasValueSatisfying(at -> assertThat(at).isBefore(now.plusSeconds(2)));

        kernel.refusal = _ -> Optional.empty();
        now = side.nextTimeout().orElseThrow();
        side.onTime(now);
        assertThat(offloaded()).hasSize(2);
    }

    @Test
    void whatSomebodyFlushedIsFoundBySecondLooks() {
        install(2, Samples.tunnel());
        assertThat(side.audit(now)).isEmpty();
        kernel.sas.clear();
        kernel.policies.clear();
        assertThat(side.audit(now)).as("an expiry may be on its way").isEmpty();
        assertThat(side.audit(now)).contains(new Event.RekeyChild(0, 2));
        assertThat(kernel.policies).as("put back, they have no keys").hasSize(3);
        assertThat(side.offloads().lost()).isEqualTo(Map.of(new KeyLoss("", KeyLoss.Reason.MISSING), 1L));
        assertThat(side.audit(now)).isEmpty();
    }

    @Test
    void whatAnotherProgramHasPutInAPolicysPlaceStays() {
        install(2, Samples.tunnel());
        PolicySpec mine = kernel.policies.values().iterator().next();
        kernel.policies.clear();
        PolicySpec theirs = new PolicySpec(mine.id(), PolicySpec.Action.BLOCK, mine.priority() - 1, List.of(), false, null);
        kernel.policies.put(theirs.id(), theirs);
        side.audit(now);
        side.audit(now);
        assertThat(kernel.policies).as("the others are put back").hasSize(3).containsEntry(theirs.id(), theirs);
        kernel.take();
        side.audit(now);
        assertThat(kernel.take()).as("it is not asked for again").isEmpty();

        side.on(new Effect.RemoveChild(Samples.child(2, Samples.tunnel(), Resource.NONE, 0)), now);
        side.onTime(now.plus(Retiring.GRACE));
        assertThat(kernel.policies.values()).containsExactly(theirs);
    }

    private void install(long id, ChildConfig config) {
        ChildLife.up(side, Samples.child(id, config, Resource.NONE, 0), now);
    }

    private List<Event> during(Duration time) {
        now = now.plus(time);
        return ChildLife.until(now, side, _ -> { });
    }

    private List<Event> acquire() {
        PolicySpec out = kernel.policies.values().iterator().next();
        return side.onKernelEvent(new XfrmEvent.Acquire(out.id(), 8, Samples.LEFT, Samples.RIGHT, Selector.any(true),
                out.templates().getFirst().reqid(), SaSpec.NO_CPU, 1), now);
    }

    /** What Linux does when a device is switched off. */
    private void flush() {
        kernel.dumpSas().stream().filter(sa -> sa.offload() != null).map(SaInfo::id).forEach(kernel.sas::remove);
        kernel.dumpPolicies().stream().map(PolicyInfo::spec).filter(policy -> policy.offload() != null)
                .map(PolicySpec::id).forEach(kernel.policies::remove);
    }

    private List<Event> off(State state) {
        return news(state, Keys.LOST);
    }

    private List<Event> news(State state, Keys keys) {
        return side.onLink(new LinkChange(Set.of("eth7"), state, keys), now);
    }

    private List<PolicySpec> offloaded() {
        return kernel.policies.values().stream().filter(policy -> policy.offload() != null).toList();
    }

    private String journal() throws IOException {
        return Files.readString(directory.resolve("journal"));
    }

    private static ChildConfig with(HwOffload offload) {
        return Samples.tunnel(PerCpu.NO, new KernelOptions(true, false, 0, 0, 32, offload, "", Marks.NONE, true, true,
                CopyDscp.OUT, false, 0));
    }

    private static final ChildConfig PACKET = with(HwOffload.PACKET);
    private static final ChildConfig CRYPTO = with(HwOffload.CRYPTO);
}
