package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.LEFT;
import static dev.keylane.daemon.kernel.Samples.RIGHT;
import static dev.keylane.daemon.kernel.Samples.child;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.DeviceAbilities;
import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.offload.OffloadCounts;
import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.daemon.offload.Refusal;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.sa.Event;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** A child's SAs and policies stand on one rung at every moment, and it is said which. */
class OffloadedChildrenTest {
    private static final BiFunction<String, Instant, List<Event>> NOTHING_INSISTS = (_, _) -> List.of();
    private final RecordingKernel kernel = new RecordingKernel();
    private final PolicyLedger ledger = new PolicyLedger();
    private final KernelWriter writer = new KernelWriter(kernel, OwnedState.inMemory(), Samples.bypass());
    private final DeviceAbilities abilities = Samples.abilities(kernel);
    private final OffloadLadder ladder = new OffloadLadder(Samples.NETWORK, abilities::isTrusted);
    private final OffloadReport report = new OffloadReport();
    private final Reqids reqids = new Reqids();
    private final ChildInstaller installer = Samples.installer(writer, ledger, reqids, report, Samples.CAN,
            Samples.NETWORK, ladder);
    private String refusesPacket = "";

    @Test
    void eachRefusedRungIsNamedInTheKernelsWords() {
        kernel.refusal = request -> isPacket(request)
                ? Optional.of(RecordingKernel.error("NEWSA", 16, "EBUSY", "")) : Optional.empty();
        install(child(2, HwOffload.AUTO), false);
        Grant grant = grant(2);
        assertThat(grant.granted()).isEqualTo(Rung.CRYPTO);
        assertThat(grant.toString()).startsWith("hw_offload = auto: crypto on eth7 (packet on eth7: unable to install inbound "
                + "IPsec SA (SAD) in kernel: NEWSA: EBUSY (16)").endsWith(")");
        assertThat(report.counts(List.of(grant))).isEqualTo(new OffloadCounts(
                Map.of(new OffloadCounts.Kind(HwOffload.AUTO, Rung.CRYPTO, "eth7"), 1L),
                Map.of(new OffloadCounts.Refused("eth7", Refusal.Reason.BUSY), 1L), Set.of("eth7"), Map.of(), Map.of(), List.of()));
        assertThat(kernel.rungs()).containsOnly(Rung.CRYPTO);
        assertThat(kernel.policyRungs()).containsOnly(Rung.SOFTWARE);
    }

    @Test
    void aPolicyThatIsRefusedTakesTheStatesAlong() {
        kernel.refusal = request -> request instanceof XfrmRequest.NewPolicy(var policy) && policy.offload() != null
                ? Optional.of(RecordingKernel.error("NEWPOLICY", 28, "ENOSPC", "card: full")) : Optional.empty();
        install(child(2, HwOffload.AUTO), false);
        assertThat(grant(2).refusals()).extracting(Refusal::reason).containsExactly(Refusal.Reason.FULL);
        assertThat(kernel.rungs()).containsOnly(Rung.CRYPTO);
    }

    @Test
    void policiesDoNotFollowAnSaThatIsRefused() {
        install(child(2, HwOffload.NO), false);
        refusePacket("card: no");
        kernel.take();
        install(child(3, HwOffload.AUTO), false);
        assertThat(kernel.take()).noneMatch(XfrmRequest.UpdPolicy.class::isInstance);
    }

    @Test
    void whatTheKernelDoesByItselfIsCalledSoftware() {
        kernel.granted = offload -> offload.packet() ? offload : null;
        install(child(2, HwOffload.CRYPTO), false);
        assertThat(grant(2)).hasToString("hw_offload = crypto: software (crypto on eth7: eth7 accepts it, but the kernel does "
                + "it in software)");
        assertThat(grant(2).isFull()).isFalse();
        install(child(3, HwOffload.PACKET), false);
        assertThat(grant(3)).hasToString("hw_offload = packet: packet on eth7");
    }

    @Test
    void whatIsNotGrantedIsNotInstalled() {
        refusePacket("mlx5_core: Encapsulation is supported in transport mode only");
        assertThat(installer.install(child(2, HwOffload.PACKET), Samples.keys(), false).orElseThrow())
                .contains("NEWSA: EINVAL (22): mlx5_core: Encapsulation is supported in transport mode only");
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies).isEmpty();
        assertThat(report.counts(List.of()).refused())
                .isEqualTo(Map.of(new OffloadCounts.Refused("eth7", Refusal.Reason.UNSUPPORTED), 1L));
    }

    /** Software SA first, then the policy that asks for it; the old SA still receives. */
    @Test
    void aRekeyingThatMustComeDownTakesThePoliciesAlong() {
        install(child(2, HwOffload.AUTO), false);
        refusePacket("card: no");
        kernel.take();
        install(child(3, HwOffload.AUTO), false);
        assertThat(kernel.take().stream().filter(OffloadedChildrenTest::changes).map(OffloadedChildrenTest::name))
                .containsExactly("NewSa", "NewSa", "UpdPolicy", "UpdPolicy");
        assertThat(kernel.policyRungs()).containsOnly(Rung.SOFTWARE);
        assertThat(kernel.sas).containsKey(SaId.esp(LEFT, 0xc0000002));
        installer.remove(2);
        assertThat(kernel.policyRungs()).containsOnly(Rung.SOFTWARE);
        assertThat(kernel.rungs()).containsOnly(Rung.CRYPTO);
    }

    /** A policy in hardware without an SA there to send on would be a black hole. */
    @Test
    void policiesStayWithTheOldSaUntilTheNewOneSends() {
        refusePacket("card: no");
        install(child(2, HwOffload.AUTO), false);
        refusePacket("");
        kernel.take();
        install(child(3, HwOffload.AUTO), true);
        assertThat(grant(3).granted()).isEqualTo(Rung.PACKET);
        assertThat(kernel.policyRungs()).as("until it is complete").containsOnly(Rung.SOFTWARE);
        kernel.take();
        assertThat(installer.complete(3)).isEmpty();
        assertThat(kernel.take()).extracting(OffloadedChildrenTest::name).filteredOn(name -> !name.startsWith("Get"))
                .containsExactly("NewSa", "UpdPolicy", "UpdPolicy");
        assertThat(kernel.policyRungs()).containsExactlyInAnyOrder(Rung.PACKET, Rung.PACKET, Rung.SOFTWARE);
    }

    @Test
    void theOldOneGoneThePoliciesAreTheNewOnes() {
        refusePacket("card: no");
        install(child(2, HwOffload.AUTO), false);
        refusePacket("");
        install(child(3, HwOffload.AUTO), true);
        installer.remove(2);
        assertThat(kernel.allowed()).as("nothing leaves in the clear").hasSize(3);
        assertThat(kernel.policyRungs()).contains(Rung.PACKET);
    }

    @Test
    void aTrapInSoftwareYieldsToAnSaInHardwareAndComesBack() {
        PolicyOwner trap = new PolicyOwner(1, true, "west", "net");
        List<PolicySpec> waiting = new PolicyDemand(ChildConfig.Mode.TUNNEL, Samples.NETS, LEFT, RIGHT, 1,
                KernelOptions.DEFAULT, 0, null, PolicyPriority.TRAP).policies();
        PolicyLedger.Change change = ledger.adding(trap, waiting);
        writer.install(change.steps());
        ledger.commit(change);
        install(child(2, HwOffload.PACKET), false);
        assertThat(kernel.policyRungs()).containsExactlyInAnyOrder(Rung.PACKET, Rung.PACKET, Rung.SOFTWARE);
        installer.remove(2);
        assertThat(kernel.policies.values()).containsExactlyInAnyOrderElementsOf(waiting);
    }

    /** The SAs of other CPUs would be hidden by a policy that is elsewhere. */
    @Test
    void aCpusSaIsWhereThoseOfTheOtherCpusAre() {
        ChildConfig config = Samples.tunnel(ChildConfig.PerCpu.YES, Samples.offloading(HwOffload.AUTO));
        install(Samples.child(2, config, Resource.FALLBACK, 0), false);
        refusePacket("card: full");
        assertThat(installer.install(Samples.child(3, config, Resource.cpu(1), 0), Samples.keys(), false))
                .contains("the SAs of its other CPUs are in packet offload");
        assertThat(kernel.policyRungs()).contains(Rung.PACKET);
    }

    /** Two tenants: the card would send the packets of both to the peer of one. */
    @Test
    void aDeviceGetsNoPoliciesThatDifferByTheirMarkAlone() {
        install(marked(2, HwOffload.AUTO, 1), false);
        assertThat(grant(2).granted()).isEqualTo(Rung.PACKET);
        install(marked(3, HwOffload.AUTO, 2), false);
        assertThat(grant(3)).hasToString("hw_offload = auto: crypto on eth7 (packet on eth7: eth7 does not look at marks, and has"
                + " policies of net with another mark for the same packets)");
        assertThat(installer.install(marked(4, HwOffload.PACKET, 0), Samples.keys(), false).orElseThrow())
                .startsWith("eth7 does not look at marks");
        install(marked(5, HwOffload.PACKET, 1), false);
        assertThat(grant(5).granted()).as("a rekeying").isEqualTo(Rung.PACKET);
        installer.remove(2);
        installer.remove(5);
        install(marked(6, HwOffload.PACKET, 0), false);
        assertThat(installer.install(marked(7, HwOffload.PACKET, 2), Samples.keys(), false)).isPresent();
    }

    private static ChildSa marked(long id, HwOffload offload, int mark) {
        KernelOptions.Mark value = mark == 0 ? KernelOptions.Mark.NONE : new KernelOptions.Mark(mark, 0xff);
        KernelOptions o = new KernelOptions(true, false, 0, 0, 32, offload, "", new Marks(value, value, true,
                KernelOptions.Mark.NONE, KernelOptions.Mark.NONE, 0, 0), true, true, CopyDscp.OUT, false, 0);
        return Samples.child(id, Samples.tunnel(ChildConfig.PerCpu.NO, o), Resource.NONE, 0);
    }

    /** What mlx5 has; a larger one it is left to refuse. */
    @Test
    void theReplayWindowIsOneThatANicHas() {
        for (Map.Entry<Integer, Integer> size : Map.of(1, 32, 32, 32, 33, 64, 200, 256, 300, 300).entrySet()) {
            KernelOptions o = new KernelOptions(true, false, 0, 0, size.getKey(), HwOffload.PACKET, "", Marks.NONE, true,
                    true, CopyDscp.OUT, false, 0);
            install(Samples.child(2, Samples.tunnel(ChildConfig.PerCpu.NO, o), Resource.NONE, 0), false);
            assertThat(kernel.sas.get(SaId.esp(LEFT, 0xc0000002)).replay().window()).isEqualTo(size.getValue());
            installer.remove(2);
        }
    }

    @Test
    void aDeviceThatCountsNothingOfWhatIsSentIsDoubted() {
        IdleCounters idle = new IdleCounters(writer, installer, report, abilities, Samples.NETWORK, NOTHING_INSISTS);
        Instant now = Instant.ofEpochSecond(1_000);
        install(child(2, HwOffload.PACKET), false);
        idle.on(installer.find(2).orElseThrow(), now);
        kernel.packets = 0;
        for (int look = 1; look <= 5; look++) {
            kernel.used = now.getEpochSecond();
            now = idle.nextTimeout().orElseThrow();
            idle.onTime(now);
            assertThat(grant(2).isDoubted()).as("look " + look).isEqualTo(look > 3);
        }
        assertThat(grant(2).toString()).contains("counters stand still");
        assertThat(report.counts(List.of()).doubted()).isEqualTo(Map.of("eth7", 1L));
        kernel.packets = 7;
        kernel.used++;
        idle.onTime(idle.nextTimeout().orElseThrow());
        assertThat(grant(2).isDoubted()).as("it counts again").isFalse();
        installer.remove(2);
        idle.onTime(idle.nextTimeout().orElseThrow());
        assertThat(idle.nextTimeout()).isEmpty();
    }

    /** It has the same policies, and comes before the next look finds that these had gone. */
    @Test
    void whoComesAfterADoubtedChildIsLookedAtAnew() {
        IdleCounters idle = new IdleCounters(writer, installer, report, abilities, Samples.NETWORK, NOTHING_INSISTS);
        install(child(2, HwOffload.PACKET), false);
        idle.on(installer.find(2).orElseThrow(), Instant.EPOCH);
        kernel.packets = 0;
        for (int look = 1; look <= 4; look++) {
            kernel.used = 1_000 + look;
            idle.onTime(idle.nextTimeout().orElseThrow());
        }
        assertThat(grant(2).isDoubted()).isTrue();
        installer.remove(2);
        install(child(3, HwOffload.PACKET), false);
        idle.on(installer.find(3).orElseThrow(), Instant.EPOCH);
        idle.onTime(idle.nextTimeout().orElseThrow());
        assertThat(grant(3).isDoubted()).isFalse();
        assertThat(report.counts(List.of()).doubted()).isEqualTo(Map.of("eth7", 1L));
    }

    /** Not by the keys that the device had: by new ones, with SAs in software. */
    @Test
    void whoCanDoWithoutALiarLeavesIt() {
        IdleCounters idle = new IdleCounters(writer, installer, report, abilities, Samples.NETWORK, NOTHING_INSISTS);
        install(child(2, HwOffload.AUTO), false);
        idle.on(installer.find(2).orElseThrow(), Instant.EPOCH);
        kernel.packets = 0;
        List<Event> events = new ArrayList<>();
        for (int look = 1; look <= 4; look++) {
            kernel.used = 1_000 + look;
            events.addAll(idle.onTime(idle.nextTimeout().orElseThrow()));
        }
        assertThat(events).containsExactly(new Event.RekeyChild(0, 2));
        install(child(4, HwOffload.AUTO), false);
        assertThat(grant(4)).hasToString("hw_offload = auto: software (packet on eth7: used, but the device's counters stand"
                + " still: it encrypts nothing, or has forgotten the SA)");
        install(child(5, HwOffload.PACKET), false);
        assertThat(grant(5).granted()).as("who insists gets it").isEqualTo(Rung.PACKET);
        abilities.changed("eth7");
        install(child(6, HwOffload.AUTO), false);
        assertThat(grant(6)).hasToString("hw_offload = auto: packet on eth7");
    }

    @Test
    void aKernelThatDecryptsItselfTellsOnItsDevice() {
        IdleCounters idle = new IdleCounters(writer, installer, report, abilities, Samples.NETWORK, NOTHING_INSISTS);
        install(child(2, HwOffload.AUTO), false);
        idle.on(installer.find(2).orElseThrow(), Instant.EPOCH);
        List<Event> events = new ArrayList<>();
        for (int look = 1; look <= 4; look++) {
            assertThat(grant(2).isDoubted()).as("look " + look).isFalse();
            kernel.decrypted = 1_000 + look;
            events.addAll(idle.onTime(idle.nextTimeout().orElseThrow()));
        }
        assertThat(grant(2).isDoubted()).isTrue();
        assertThat(events).containsExactly(new Event.RekeyChild(0, 2));
        idle.onTime(idle.nextTimeout().orElseThrow());
        assertThat(grant(2).isDoubted()).as("it has stopped").isFalse();
    }

    /** A path that fragments, or a peer without a neighbour: what one suffers is not the device's fault. */
    @Test
    void aDeviceThatWorksIsLeftToTheOthers() {
        IdleCounters idle = new IdleCounters(writer, installer, report, abilities, Samples.NETWORK, NOTHING_INSISTS);
        install(child(2, HwOffload.AUTO), false);
        idle.on(installer.find(2).orElseThrow(), Instant.EPOCH);
        List<Event> events = new ArrayList<>();
        for (int look = 1; look <= 9; look++) {
            kernel.packets = look;
            kernel.decrypted = 1_000 + look;
            events.addAll(idle.onTime(idle.nextTimeout().orElseThrow()));
        }
        assertThat(grant(2).isDoubted()).isTrue();
        assertThat(events).isEmpty();
        assertThat(abilities.isTrusted("eth7")).isTrue();
    }

    /** One that counts packets only: each may have been as large as they come. */
    @Test
    void aLimitInOctetsIsKeptByADeviceThatCountsNone() {
        IdleCounters idle = new IdleCounters(writer, installer, report, abilities, Samples.NETWORK, NOTHING_INSISTS);
        ChildSa child = child(2, HwOffload.PACKET);
        ChildConfig c = child.config();
        ChildConfig limited = new ChildConfig(c.name(), c.mode(), c.proposals(), c.localTs(), c.remoteTs(), c.actions(),
                new ChildLifetime(c.lifetime().rekeyTime(), c.lifetime().lifeTime(), c.lifetime().randTime(),
                        new ChildLifetime.Volume(15_000, 30_000, 0), ChildLifetime.Volume.UNLIMITED), c.perCpu(), c.kernel());
        install(Samples.child(2, limited, Resource.NONE, 0), false);
        idle.on(installer.find(2).orElseThrow(), Instant.EPOCH);
        kernel.octetsAPacket = 0;
        kernel.packets = 9;
        assertThat(idle.onTime(idle.nextTimeout().orElseThrow())).isEmpty();
        kernel.packets = 10;
        assertThat(idle.onTime(idle.nextTimeout().orElseThrow())).containsOnly(new Event.RekeyChild(0, 2));
        kernel.packets = 20;
        assertThat(idle.onTime(idle.nextTimeout().orElseThrow())).containsOnly(new Event.ChildExpired(2));
    }

    @Test
    void whatIsNotUsedCountsNothing() {
        IdleCounters idle = new IdleCounters(writer, installer, report, abilities, Samples.NETWORK, NOTHING_INSISTS);
        install(child(2, HwOffload.PACKET), false);
        idle.on(installer.find(2).orElseThrow(), Instant.EPOCH);
        kernel.used = 1;
        for (int look = 0; look < 9; look++) {
            idle.onTime(idle.nextTimeout().orElseThrow());
        }
        assertThat(grant(2).isDoubted()).isFalse();
        install(child(3, HwOffload.NO), false);
        installer.remove(2);
        idle.onTime(idle.nextTimeout().orElseThrow());
        assertThat(idle.nextTimeout()).as("software needs no look").isEmpty();
    }

    private void refusePacket(String words) {
        refusesPacket = words;
        kernel.refusal = request -> isPacket(request) && !refusesPacket.isEmpty()
                ? Optional.of(new XfrmError("NEWSA", 22, "EINVAL", refusesPacket)) : Optional.empty();
    }

    private static boolean isPacket(XfrmRequest request) {
        return request instanceof XfrmRequest.NewSa(var sa, _) && sa.offload() != null && sa.offload().packet();
    }

    private static boolean changes(XfrmRequest request) {
        return !(request instanceof XfrmRequest.GetSa) && !(request instanceof XfrmRequest.GetPolicy) && !isPacket(request) && !(request instanceof XfrmRequest.DelSa);
    }

    private static String name(XfrmRequest request) {
        return request.getClass().getSimpleName();
    }

    private Grant grant(long id) {
        return installer.find(id).orElseThrow().grant();
    }

    private void install(ChildSa child, boolean inboundFirst) {
        assertThat(installer.install(child, Samples.keys(), inboundFirst)).isEmpty();
        assertThat(kernel.policies.values()).filteredOn(policy -> policy.id().direction() == Direction.FWD)
                .allMatch(policy -> policy.offload() == null);
    }
}
