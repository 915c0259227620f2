package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.child;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.OffloadCounts;
import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.daemon.offload.Refusal;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** A device that has taken the inbound SA of a child, and refuses the outbound one when its time comes. */
class SecondHalvesTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final PolicyLedger ledger = new PolicyLedger();
    private final KernelWriter writer = new KernelWriter(kernel, OwnedState.inMemory(), Samples.bypass());
    private final OffloadReport report = new OffloadReport();
    private final ChildInstaller installer = Samples.installer(writer, ledger, new Reqids(), report, Samples.CAN,
            Samples.NETWORK, new OffloadLadder(Samples.NETWORK));

    @Test
    void aFullTableHasRoomWhenTheOldOneSendsNoMore() {
        install(2, HwOffload.PACKET, false);
        install(3, HwOffload.PACKET, true);
        holdAtMost(3);
        assertThat(installer.complete(3)).isEmpty();
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(in(2), in(3), out(3));
        assertThat(installer.isSilent(2)).isTrue();
        assertThat(installer.isHalf(3)).isFalse();
        installer.silence(2);
        assertThat(kernel.gone).as("what went already is not asked for").isEmpty();
        assertThat(report.counts(List.of()).refused()).as("in the end it took all").isEmpty();
    }

    /** The old one's going would change nothing. */
    @Test
    void whatABusyDeviceRefusesTakesTheOldOneNothing() {
        install(2, HwOffload.PACKET, false);
        install(3, HwOffload.PACKET, true);
        refuse(sa -> true, new XfrmError("NEWSA", 16, "EBUSY", ""));
        assertThat(installer.complete(3).orElseThrow().refusal().orElseThrow().reason()).isEqualTo(Refusal.Reason.BUSY);
        assertThat(kernel.sas).containsKey(out(2));
        assertThat(installer.isHalf(3)).isTrue();
        assertThat(report.counts(List.of()).refused())
                .isEqualTo(Map.of(new OffloadCounts.Refused("eth7", Refusal.Reason.BUSY), 1L));
    }

    @Test
    void whoCanDoWithoutTheDeviceGetsNewKeysBelowIt() {
        install(2, HwOffload.AUTO, true);
        refuse(SecondHalvesTest::isPacketOut, FULL);
        SecondHalves.Outcome.Refused refused = installer.complete(2).orElseThrow();
        assertThat(refused.instead(child(2, HwOffload.AUTO))).isEqualTo(new Event.RekeyChild(0, 2));
        refuse(_ -> false, FULL);
        install(3, HwOffload.AUTO, false);
        assertThat(installer.find(3).orElseThrow().grant().granted()).isEqualTo(Rung.CRYPTO);
        assertThat(installer.find(3).orElseThrow().grant().refusals()).singleElement()
                .satisfies(why -> assertThat(why.reason()).isEqualTo(Refusal.Reason.FULL));
        assertThat(report.counts(List.of()).refused()).as("once")
                .isEqualTo(Map.of(new OffloadCounts.Refused("eth7", Refusal.Reason.FULL), 1L));
        installer.silence(2);
        install(4, HwOffload.AUTO, false);
        assertThat(installer.find(4).orElseThrow().grant().granted()).as("tried anew").isEqualTo(Rung.PACKET);
    }

    /** Otherwise each rekeying would begin above, and fail when the outbound SA is to come. */
    @Test
    void whatTheOldOneWillNeverHaveIsNotTriedWhereItWouldBeLate() {
        kernel.refusal = request -> request instanceof XfrmRequest.NewPolicy(var policy) && policy.offload() != null
                || request instanceof XfrmRequest.UpdPolicy(var changed) && changed.offload() != null
                ? Optional.of(new XfrmError("NEWPOLICY", 22, "EINVAL", "card: no priorities")) : Optional.empty();
        install(2, HwOffload.AUTO, false);
        install(3, HwOffload.AUTO, false);
        install(4, HwOffload.AUTO, true);
        assertThat(installer.complete(4)).isEmpty();
        for (long id = 2; id <= 4; id++) {
            assertThat(installer.find(id).orElseThrow().grant().granted()).isEqualTo(Rung.CRYPTO);
            assertThat(installer.find(id).orElseThrow().grant().refusals()).singleElement()
                    .satisfies(why -> assertThat(why.rung()).isEqualTo(Rung.PACKET));
        }
        kernel.refusal = _ -> Optional.empty();
        install(5, HwOffload.AUTO, false);
        assertThat(installer.find(5).orElseThrow().grant().granted()).as("our own rekeyings try").isEqualTo(Rung.PACKET);
    }

    @Test
    void whatWasRefusedIsForgottenWithTheLast() {
        install(2, HwOffload.AUTO, true);
        refuse(SecondHalvesTest::isPacketOut, FULL);
        assertThat(installer.complete(2)).isPresent();
        refuse(_ -> false, FULL);
        installer.silence(2);
        install(3, HwOffload.AUTO, false);
        assertThat(installer.find(3).orElseThrow().grant().granted()).isEqualTo(Rung.PACKET);
    }

    @Test
    void whoInsistsEndsAndSoDoesWhatOthersCanReplace() {
        install(2, HwOffload.PACKET, true);
        refuse(_ -> true, FULL);
        SecondHalves.Outcome.Refused refused = installer.complete(2).orElseThrow();
        assertThat(refused.instead(child(2, HwOffload.PACKET))).isEqualTo(new Event.TerminateChild(0, 2, false));
        ChildSa bound = Samples.child(2, Samples.tunnel(ChildConfig.PerCpu.YES, Samples.offloading(HwOffload.AUTO)), Resource.cpu(1), 0);
        assertThat(refused.instead(bound)).isEqualTo(new Event.TerminateChild(0, 2, false));
    }

    /** The state may have sent by the policies of the old one: it goes, and its key is used for no other. */
    @Test
    void aPolicyThatDoesNotComeTakesTheStateAlong() {
        kernel.granted = offload -> offload;
        install(2, HwOffload.NO, false);
        install(3, HwOffload.PACKET, true);
        List<PolicySpec> before = List.copyOf(kernel.policies.values());
        kernel.grantedPolicy = _ -> null;
        assertThat(installer.complete(3).orElseThrow().reason()).contains("accepted, but in software");
        assertThat(kernel.sas).doesNotContainKey(out(3)).containsKeys(in(3), out(2));
        assertThat(kernel.policies.values()).containsExactlyInAnyOrderElementsOf(before);
        kernel.grantedPolicy = offload -> offload;
        assertThat(installer.complete(3)).as("whoever asks again").isEmpty();
        assertThat(installer.isHalf(3)).isTrue();
        assertThat(installer.waits(3)).isFalse();
        assertThat(kernel.requests.stream().filter(request ->
                request instanceof XfrmRequest.NewSa(var sa, _) && sa.id().equals(out(3)))).hasSize(1);
        installer.remove(3);
        assertThat(kernel.sas).containsOnlyKeys(in(2), out(2));
    }

    @Test
    void neitherDoesAStateThatTheKernelKeepsForItself() {
        install(2, HwOffload.AUTO, false);
        install(3, HwOffload.AUTO, true);
        kernel.granted = _ -> null;
        assertThat(installer.complete(3).orElseThrow().reason()).contains("GETSA", "accepted, but in software");
        assertThat(kernel.sas).doesNotContainKey(out(3)).containsKeys(in(3), out(2));
    }

    @Test
    void whatTheKernelDoesByItselfIsSaidThen() {
        install(2, HwOffload.CRYPTO, true);
        assertThat(installer.find(2).orElseThrow().grant().isFull()).isTrue();
        kernel.granted = _ -> null;
        assertThat(installer.complete(2)).isEmpty();
        assertThat(installer.find(2).orElseThrow().grant().granted()).isEqualTo(Rung.SOFTWARE);
        assertThat(report.counts(List.of()).refused())
                .isEqualTo(Map.of(new OffloadCounts.Refused("eth7", Refusal.Reason.SOFTWARE), 1L));
    }

    /** Also where nobody asks for the inbound SA first. */
    @Test
    void aDeviceThatTakesNoTwoLosesTheOldOneFirst() {
        install(2, HwOffload.PACKET, false);
        kernel.refusal = request -> isSecondOut(request) ? Optional.of(DUPLICATE) : Optional.empty();
        install(3, HwOffload.PACKET, false);
        assertThat(installer.find(3).orElseThrow().grant().granted()).isEqualTo(Rung.PACKET);
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(in(2), in(3), out(3));
    }

    /** Nothing else may stand between the two, or the packets of that moment have no SA. */
    @Test
    void theOneGoesAndTheOtherComesInOneMessage() {
        install(2, HwOffload.PACKET, false);
        holdAtMost(3);
        install(3, HwOffload.PACKET, false);
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(in(2), in(3), out(3));
        assertThat(kernel.batches).filteredOn(batch -> batch.contains(new XfrmRequest.DelSa(out(2)))).singleElement()
                .satisfies(batch -> assertThat(batch).hasSize(2).last().isInstanceOfSatisfying(XfrmRequest.NewSa.class,
                        fresh -> assertThat(fresh.sa().id()).isEqualTo(out(3))));
    }

    /** The old one would drop packets until its end. */
    @Test
    void anOldOneThatWentInVainEnds() throws IOException {
        try (KernelSide side = side()) {
            assertThat(insteadOfTheOldOne(side, HwOffload.PACKET)).isEqualTo(new Event.TerminateChild(0, 2, false));
        }
    }

    @Test
    void orIsRekeyedBelowTheDevice() throws IOException {
        kernel.refusal = request -> isSecondOut(request) ? Optional.of(DUPLICATE) : Optional.empty();
        try (KernelSide side = side()) {
            assertThat(insteadOfTheOldOne(side, HwOffload.AUTO)).isEqualTo(new Event.RekeyChild(0, 2));
            install(side, 4, HwOffload.AUTO);
            assertThat(kernel.sas.get(out(4))).satisfies(sa -> assertThat(Rung.of(sa.offload())).isEqualTo(Rung.CRYPTO));
        }
    }

    /** The peer may be slow to delete the old one, which would drop packets until then; or it may never. */
    @Test
    void soDoesOneThatWentForALateOne() throws IOException {
        try (KernelSide side = side()) {
            install(side, 2, HwOffload.PACKET);
            side.on(new Effect.InstallChild(child(3, HwOffload.PACKET), Samples.keys(), true), Instant.EPOCH);
            kernel.refusal = request -> isPacketOut(request) ? Optional.of(FULL) : Optional.empty();
            assertThat(side.on(new Effect.CompleteChild(child(3, HwOffload.PACKET)), Instant.EPOCH)).containsExactly(
                    new Event.TerminateChild(0, 3, false), new Event.TerminateChild(0, 2, false));
            kernel.refusal = _ -> Optional.empty();
            assertThat(side.on(new Effect.CompleteChild(child(3, HwOffload.PACKET)), Instant.EPOCH)).isEmpty();
        }
    }

    private KernelSide side() throws IOException {
        return XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"),
                new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(4)), Duration.ofSeconds(30), null, ""),
                Samples.NETWORK, new Random(1), () -> 1);
    }

    /** It goes for another one, which is refused as well. */
    private Event insteadOfTheOldOne(KernelSide side, HwOffload offload) {
        assertThat(install(side, 2, offload)).hasSize(1);
        kernel.refusal = request -> isPacketOut(request) ? Optional.of(FULL) : Optional.empty();
        List<Event> events = install(side, 3, offload);
        kernel.refusal = _ -> Optional.empty();
        assertThat(events).hasSize(2).first().isInstanceOf(Event.ChildInstallFailed.class);
        assertThat(kernel.sas).containsKey(in(2)).doesNotContainKeys(out(2), in(3), out(3));
        return events.getLast();
    }

    private static List<Event> install(KernelSide side, long id, HwOffload offload) {
        return side.on(new Effect.InstallChild(child(id, offload), Samples.keys(), false), Instant.EPOCH);
    }

    private boolean isSecondOut(XfrmRequest request) {
        return isPacketOut(request) && kernel.sas.values().stream().anyMatch(sa -> sa.direction() == SaSpec.Direction.OUT
                && sa.offload() != null && sa.reqid() == ((XfrmRequest.NewSa) request).sa().reqid());
    }

    private static boolean isPacketOut(XfrmRequest request) {
        return request instanceof XfrmRequest.NewSa(var sa, _) && isPacketOut(sa);
    }

    private static boolean isPacketOut(SaSpec sa) {
        return sa.direction() == SaSpec.Direction.OUT && Rung.of(sa.offload()) == Rung.PACKET;
    }

    private void holdAtMost(int states) {
        kernel.refusal = request -> request instanceof XfrmRequest.NewSa && kernel.sas.size() >= states
                ? Optional.of(FULL) : Optional.empty();
    }

    private void refuse(Predicate<SaSpec> which, XfrmError error) {
        kernel.refusal = request -> request instanceof XfrmRequest.NewSa(var sa, _) && which.test(sa)
                ? Optional.of(error) : Optional.empty();
    }

    private void install(long id, HwOffload offload, boolean inboundFirst) {
        assertThat(installer.install(child(id, offload), Samples.keys(), inboundFirst)).isEmpty();
    }

    private static SaId in(long id) {
        return SaId.esp(Samples.LEFT, (int) (0xc0000000L + id));
    }

    private static SaId out(long id) {
        return SaId.esp(Samples.RIGHT, (int) (0xd0000000L + id));
    }

    private static final XfrmError DUPLICATE = new XfrmError("NEWSA", 22, "EINVAL", "card: duplicate");
    private static final XfrmError FULL = new XfrmError("NEWSA", 28, "ENOSPC", "card: full");
}
