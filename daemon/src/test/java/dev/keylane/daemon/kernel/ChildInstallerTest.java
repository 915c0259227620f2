package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.LEFT;
import static dev.keylane.daemon.kernel.Samples.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.ike.child.ChildKeysInOut;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChildInstallerTest {
    private static final XfrmError EINVAL = RecordingKernel.error("NEWSA", 22, "EINVAL", "");
    private final RecordingKernel kernel = new RecordingKernel();
    private final OwnedState owned = OwnedState.inMemory();
    private final PolicyLedger ledger = new PolicyLedger();
    private final KernelWriter writer = new KernelWriter(kernel, owned, Samples.bypass());
    private final Reqids reqids = new Reqids();
    private final ChildInstaller installer = Samples.installer(writer, ledger, reqids, new OffloadReport(), Samples.CAN);

    /** The peer's CPUs overtake each other on the fallback, and later packets those that had to wait for a CPU's SA. */
    @Test
    void sasPerCpuHaveALargerReplayWindow() {
        assertThat(install(Samples.child(2, Samples.perCpu(), Resource.FALLBACK, 0))).isEmpty();
        assertThat(install(Samples.child(3, Samples.perCpu(), Resource.cpu(1), 0))).isEmpty();
        assertThat(kernel.sas.get(SaId.esp(LEFT, 0xc0000002)).replay().window()).isEqualTo(1024);
        assertThat(kernel.sas.get(SaId.esp(LEFT, 0xc0000003)).replay().window()).isEqualTo(1024);
        KernelOptions said = new KernelOptions(true, false, 0, 0, 64, HwOffload.NO, "", Marks.NONE, true, true, CopyDscp.OUT,
                false, 0, KernelOptions.Steering.UNSAID, 64);
        assertThat(install(Samples.child(4, Samples.tunnel(ChildConfig.PerCpu.YES, said), Resource.FALLBACK, 0))).isEmpty();
        assertThat(kernel.sas.get(SaId.esp(LEFT, 0xc0000004)).replay().window()).isEqualTo(64);
    }

    @Test
    void oneBatchInboundFirstThenOutboundThenPolicies() {
        assertThat(install(Samples.child(2, Samples.tunnel(), Resource.NONE, 77))).isEmpty();
        List<XfrmRequest> batch = kernel.take();
        assertThat(batch).extracting(request -> request.getClass().getSimpleName())
                .containsExactly("NewSa", "NewSa", "NewPolicy", "NewPolicy", "NewPolicy");
        SaSpec in = ((XfrmRequest.NewSa) batch.get(0)).sa();
        SaSpec out = ((XfrmRequest.NewSa) batch.get(1)).sa();
        assertThat(in.id()).isEqualTo(SaId.esp(LEFT, 0xc0000002));
        assertThat(in.direction()).isEqualTo(SaSpec.Direction.IN);
        assertThat(in.replay()).isEqualTo(new SaSpec.Replay(true, 32));
        assertThat(in.seq()).isZero();
        assertThat(out.id()).isEqualTo(SaId.esp(RIGHT, 0xd0000002));
        assertThat(out.replay()).isEqualTo(new SaSpec.Replay(true, 0));
        assertThat(out.seq()).isEqualTo(77);
        assertThat(out.reqid()).isEqualTo(1);
        assertThat(out.selector()).isEqualTo(Selector.any(true));
        assertThat(out.cpu()).isEqualTo(SaSpec.NO_CPU);
        assertThat(kernel.policies.keySet()).extracting(PolicyId::direction)
                .containsExactly(Direction.OUT, Direction.IN, Direction.FWD);
    }

    /** It expired; and who steers what is received has to hear of it, since nothing is deleted any more. */
    @Test
    void whatWentByItselfIsToldInsteadOfDeleted() {
        install(Samples.child(2, Samples.perCpu(), Resource.cpu(1), 0));
        SaSpec in = kernel.sas.get(SaId.esp(LEFT, 0xc0000002));
        writer.gone(Owned.of(in));
        kernel.take();
        installer.remove(in);
        assertThat(kernel.take()).isEmpty();
        assertThat(kernel.gone).containsOnly(in.id());
    }

    @Test
    void aRefusalAtAnyPositionLeavesNothing() {
        ChildConfig config = Samples.tunnel(PerCpu.NO, forwarding());
        for (int position = 0; position < 6; position++) {
            kernel.refuse(position, RecordingKernel.error("X", 22, "EINVAL", "because of " + position));
            Optional<String> failure = install(Samples.child(2, config, Resource.NONE, 0));
            assertThat(failure.orElseThrow()).endsWith("X: EINVAL (22): because of " + position);
            assertThat(kernel.sas).isEmpty();
            assertThat(kernel.policies).isEmpty();
            assertThat(owned.live()).isEmpty();
            assertThat(ledger.isEmpty()).isTrue();
            assertThat(installer.all()).isEmpty();
        }
        kernel.refuse(6, RecordingKernel.error("X", 22, "EINVAL", ""));
        assertThat(install(Samples.child(2, config, Resource.NONE, 0))).as("there are but six").isEmpty();
    }

    @Test
    void aRefusalRestoresThePolicyATrapHad() {
        PolicyOwner trap = new PolicyOwner(1, true, "west", "net");
        PolicySpec waiting = demand(Samples.tunnel(), PolicyPriority.TRAP).policies().getFirst();
        PolicyLedger.Change change = ledger.adding(trap, List.of(waiting));
        assertThat(writer.install(change.steps())).isEmpty();
        ledger.commit(change);
        for (int position = 0; position < 5; position++) {
            kernel.refuse(position, RecordingKernel.error("X", 1, "EPERM", ""));
            assertThat(install(Samples.child(2, Samples.tunnel(), Resource.NONE, 0))).isPresent();
            assertThat(kernel.policies).isEqualTo(Map.of(waiting.id(), waiting));
            assertThat(owned.live()).containsExactly(Owned.of(waiting));
        }
    }

    @Test
    void failureTextsAreReadable() {
        kernel.refuse(1, RecordingKernel.error("NEWSA", 22, "EINVAL", "SA_PCPU only supported with SA_DIR"));
        assertThat(install(Samples.child(2, Samples.tunnel(), Resource.NONE, 0))).contains(
                "unable to install outbound IPsec SA (SAD) in kernel: NEWSA: EINVAL (22): "
                        + "SA_PCPU only supported with SA_DIR");
        kernel.refusal = _ -> Optional.empty();
        PolicySpec foreign = demand(Samples.tunnel(), PolicyPriority.SA).policies().getFirst();
        kernel.policies.put(foreign.id(), foreign);
        assertThat(install(Samples.child(2, Samples.tunnel(), Resource.NONE, 0))).contains(
                "unable to install IPsec policy (SPD) out 10.1.0.0/16 === 10.2.0.0/16 in kernel: "
                        + "NEWPOLICY: EEXIST (17) (another program has a policy with this selector)");
        assertThat(kernel.policies).as("the foreign one stays").isEqualTo(Map.of(foreign.id(), foreign));
    }

    @Test
    void keysAreClosedWhateverHappens() {
        ChildKeysInOut good = Samples.keys();
        installer.install(Samples.child(2, Samples.tunnel(), Resource.NONE, 0), good, false);
        ChildKeysInOut bad = Samples.keys();
        kernel.refuse(0, RecordingKernel.error("NEWSA", 17, "EEXIST", ""));
        assertThat(installer.install(Samples.child(2, Samples.tunnel(), Resource.NONE, 0), bad, false)).isPresent();
        for (ChildKeysInOut keys : List.of(good, bad)) {
            assertThatThrownBy(() -> keys.encryptionIn().borrow()).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> keys.encryptionOut().borrow()).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void removalGoesOutboundFirstAndKeepsSharedPolicies() {
        ChildConfig config = Samples.perCpu();
        install(Samples.child(2, config, Resource.FALLBACK, 0));
        kernel.take();
        install(Samples.child(3, config, Resource.cpu(1), 0));
        assertThat(kernel.take()).as("policies are there").hasSize(2);
        installer.remove(3);
        assertThat(kernel.take()).containsExactly(new XfrmRequest.DelSa(SaId.esp(RIGHT, 0xd0000003)),
                new XfrmRequest.DelSa(SaId.esp(LEFT, 0xc0000003)));
        installer.remove(2);
        assertThat(kernel.take()).extracting(request -> request instanceof XfrmRequest.DelPolicy(var id)
                        ? id.direction().toString() : ((XfrmRequest.DelSa) request).id().toString())
                .containsExactly("OUT", "esp/d0000002/198.51.100.1", "esp/c0000002/192.0.2.1", "IN", "FWD");
        installer.remove(2);
        assertThat(kernel.take()).isEmpty();
        assertThat(owned.live()).isEmpty();
    }

    @Test
    void theSasOfAChildShareAReqidAndAreBoundInBothDirections() {
        ChildConfig config = Samples.perCpu();
        install(Samples.child(2, config, Resource.FALLBACK, 0));
        install(Samples.child(3, config, Resource.cpu(1), 9));
        assertThat(kernel.sas.values()).extracting(SaSpec::reqid).containsOnly(1);
        assertThat(kernel.sas.values()).extracting(SaSpec::cpu).containsExactly(-1, -1, 1, 1);
    }

    @Test
    void aKernelWithoutPerCpuStatesGetsUnboundOnes() {
        ChildInstaller old = Samples.installer(writer, ledger, reqids, new OffloadReport(), Samples.CAN_NOT);
        assertThat(old.install(Samples.child(3, Samples.perCpu(), Resource.cpu(1), 9), Samples.keys(), false)).isEmpty();
        assertThat(kernel.sas.values()).extracting(SaSpec::cpu).containsOnly(SaSpec.NO_CPU);
    }

    @Test
    void udpEncapsulationSwapsPortsAndOpensTheSourceOfPerCpuSas() {
        SaPair plain = pair(Samples.withUdp(Samples.child(2, Samples.tunnel(), Resource.NONE, 0)));
        assertThat(plain.in().encap()).isEqualTo(new SaSpec.Encap(4501, 4500));
        assertThat(plain.out().encap()).isEqualTo(new SaSpec.Encap(4500, 4501));
        SaPair bound = pair(Samples.withUdp(Samples.child(2, Samples.perCpu(), Resource.cpu(0), 0)));
        assertThat(bound.in().encap()).isEqualTo(new SaSpec.Encap(0, 4500));
        assertThat(bound.out().encap()).isEqualTo(new SaSpec.Encap(4500, 4501));
        SaPair own = pair(Samples.withPort(Samples.withUdp(Samples.child(2, Samples.tunnel(PerCpu.ENCAP,
                KernelOptions.DEFAULT), Resource.cpu(0), 0)), 50_000));
        assertThat(own.in().encap()).isEqualTo(new SaSpec.Encap(0, 4500));
        assertThat(own.out().encap()).isEqualTo(new SaSpec.Encap(50_000, 4501));
        SaPair fallback = pair(Samples.withUdp(Samples.child(2, Samples.perCpu(), Resource.FALLBACK, 0)));
        assertThat(fallback.in().encap()).isEqualTo(new SaSpec.Encap(4501, 4500));
        assertThat(fallback.out().encap()).isEqualTo(new SaSpec.Encap(4500, 4501));
    }

    /** strongSwan's fallback, too, leaves from a port of its own then. */
    @Test
    void withPortsOfTheirOwnTheFallbackAcceptsAnySourceAsWell() {
        ChildConfig config = Samples.tunnel(PerCpu.ENCAP, KernelOptions.DEFAULT);
        SaPair fallback = pair(Samples.withUdp(Samples.child(2, config, Resource.FALLBACK, 0)));
        assertThat(fallback.in().encap()).isEqualTo(new SaSpec.Encap(0, 4500));
        assertThat(fallback.out().encap()).isEqualTo(new SaSpec.Encap(4500, 4501));
        SaPair ordinary = pair(Samples.withUdp(Samples.child(2, config, Resource.NONE, 0)));
        assertThat(ordinary.in().encap()).as("a peer without SAs per CPU").isEqualTo(new SaSpec.Encap(4501, 4500));
    }

    @Test
    void transportModeStatesAreForTheTwoHosts() {
        SaPair pair = pair(Samples.child(2, transport(), Resource.NONE, 0));
        Selector.Port any = Selector.Port.ANY;
        assertThat(pair.out().selector()).isEqualTo(new Selector(LEFT, 32, RIGHT, 32, 0, any, any, 0));
        assertThat(pair.in().selector()).isEqualTo(new Selector(RIGHT, 32, LEFT, 32, 0, any, any, 0));
        assertThat(demand(transport(), PolicyPriority.SA).policies()).extracting(policy -> policy.id().direction())
                .as("no forwarding").containsExactly(Direction.OUT, Direction.IN);
    }

    @Test
    void marksInterfaceIdsAndFlagsGoWhereTheirDirectionAllows() {
        Marks marks = new Marks(new KernelOptions.Mark(1, 3), new KernelOptions.Mark(2, 3), false,
                new KernelOptions.Mark(5, 7), new KernelOptions.Mark(6, 7), 11, 12);
        KernelOptions options = new KernelOptions(true, false, 42, 0, 64, HwOffload.NO, "", marks, false, false,
                CopyDscp.IN, true, 100);
        install(Samples.child(2, Samples.tunnel(PerCpu.NO, options), Resource.NONE, 0));
        SaSpec in = List.copyOf(kernel.sas.values()).get(0);
        SaSpec out = List.copyOf(kernel.sas.values()).get(1);
        assertThat(in.id().mark()).isEqualTo(Mark.NONE);
        assertThat(out.id().mark()).isEqualTo(new Mark(2, 3));
        assertThat(in.options().setMark()).isEqualTo(new Mark(5, 7));
        assertThat(out.options().setMark()).isEqualTo(new Mark(6, 7));
        assertThat(in.options()).matches(o -> o.ifId() == 11 && !o.noPmtuDiscovery() && o.noEcn() && o.decapDscp()
                && !o.dontEncapDscp() && o.icmp() && o.tfcPad() == 0);
        assertThat(out.options()).matches(o -> o.ifId() == 12 && o.noPmtuDiscovery() && o.noEcn() && !o.decapDscp()
                && o.dontEncapDscp() && !o.icmp() && o.tfcPad() == 100);
        assertThat(in.reqid()).isEqualTo(42);
        assertThat(kernel.policies.keySet()).extracting(PolicyId::mark)
                .containsExactly(new Mark(2, 3), new Mark(1, 3), new Mark(1, 3));
        assertThat(kernel.policies.keySet()).extracting(PolicyId::ifId).containsExactly(12, 11, 11);
    }

    @Test
    void packetOffloadNamesTheDeviceOfTheLocalAddressAndNeverForwards() {
        install(Samples.child(2, Samples.tunnel(PerCpu.NO, offload(HwOffload.PACKET, "")), Resource.NONE, 0));
        SaSpec.Offload packet = new SaSpec.Offload("eth7", true);
        assertThat(kernel.sas.values()).extracting(SaSpec::offload).containsOnly(packet);
        assertThat(kernel.policies.values()).extracting(PolicySpec::offload).as("each with a backstop in software")
                .containsExactly(packet, null, packet, null, null);
    }

    @Test
    void theLadderTriesPacketThenCryptoThenSoftware() {
        ChildConfig auto = Samples.tunnel(PerCpu.NO, offload(HwOffload.AUTO, ""));
        kernel.refusal = request -> request instanceof XfrmRequest.NewSa(var sa, _) && sa.offload() != null
                && sa.offload().packet() ? Optional.of(EINVAL) : Optional.empty();
        assertThat(install(Samples.child(2, auto, Resource.NONE, 0))).isEmpty();
        assertThat(kernel.sas.values()).extracting(SaSpec::offload).containsOnly(new SaSpec.Offload("eth7", false));
        installer.remove(2);
        kernel.refusal = request -> request instanceof XfrmRequest.NewSa(var sa, _) && sa.offload() != null
                ? Optional.of(EINVAL) : Optional.empty();
        assertThat(install(Samples.child(2, auto, Resource.NONE, 0))).isEmpty();
        assertThat(kernel.sas.values()).extracting(SaSpec::offload).containsOnlyNulls();
        installer.remove(2);
        ChildConfig packet = Samples.tunnel(PerCpu.NO, offload(HwOffload.PACKET, ""));
        assertThat(install(Samples.child(2, packet, Resource.NONE, 0))).contains(
                "unable to install inbound IPsec SA (SAD) in kernel: NEWSA: EINVAL (22) "
                        + "(eth7 offers no packet offload: hw_offload = no, or auto)");
    }

    @Test
    void aDeviceThatIsNotThereIsNamed() {
        ChildConfig restricted = Samples.tunnel(PerCpu.NO, offload(HwOffload.NO, "eth9"));
        assertThat(install(Samples.child(2, restricted, Resource.NONE, 0)))
                .contains("interface 'eth9' not found");
        assertThat(kernel.take()).isEmpty();
    }

    @Test
    void theOutboundHalfMayComeLater() {
        ChildSa child = Samples.child(2, Samples.tunnel(), Resource.NONE, 0);
        assertThat(installer.install(child, Samples.keys(), true)).isEmpty();
        assertThat(kernel.sas).hasSize(1);
        assertThat(installer.complete(2)).isEmpty();
        assertThat(kernel.sas).hasSize(2);
        assertThat(installer.complete(2)).isEmpty();
        assertThat(kernel.sas).hasSize(2);
        installer.remove(2);
        assertThat(kernel.sas).isEmpty();
    }

    @Test
    void aHalfThatNeverCameIsNotMissedWhenTheChildGoes() {
        assertThat(installer.install(Samples.child(2, Samples.tunnel(), Resource.NONE, 0), Samples.keys(), true)).isEmpty();
        installer.remove(2);
        assertThat(kernel.sas).isEmpty();
        assertThat(installer.complete(2)).isEmpty();
    }

    /** Two peers behind one NAT address may choose the same SPI. */
    @Test
    void aHalfThatCannotComeLeavesAnothersSaAlone() {
        ChildSa first = Samples.child(2, Samples.tunnel(), Resource.NONE, 0);
        assertThat(install(first)).isEmpty();
        ChildSa second = withSpiOut(Samples.child(3, Samples.tunnel(), Resource.NONE, 0), first.terms().spiOut());
        assertThat(installer.install(second, Samples.keys(), true)).isEmpty();
        SaId shared = SaId.esp(RIGHT, first.terms().spiOut());
        assertThat(installer.find(shared)).map(found -> found.child().id()).contains(2L);
        assertThat(installer.complete(3).orElseThrow().reason()).contains("the SPI is taken");
        assertThat(owned.live()).as("the first one's").contains(Owned.of(kernel.sas.get(shared)));
        installer.remove(3);
        assertThat(kernel.sas).containsKey(shared).hasSize(2);
        assertThat(installer.find(shared)).map(found -> found.child().id()).contains(2L);
        assertThat(owned.live()).contains(Owned.of(kernel.sas.get(shared)));
        installer.remove(2);
        assertThat(kernel.sas).isEmpty();
        assertThat(owned.live()).isEmpty();
    }

    @Test
    void anInstallationThatMeetsAnothersSaLeavesItInTheJournal() {
        ChildSa first = Samples.child(2, Samples.tunnel(), Resource.NONE, 0);
        assertThat(install(first)).isEmpty();
        SaId shared = SaId.esp(RIGHT, first.terms().spiOut());
        assertThat(install(withSpiOut(Samples.child(3, Samples.tunnel(), Resource.NONE, 0), first.terms().spiOut())))
                .isPresent();
        assertThat(owned.live()).contains(Owned.of(kernel.sas.get(shared)));
    }

    private static ChildSa withSpiOut(ChildSa child, int spi) {
        ChildTerms t = child.terms();
        return new ChildSa(child.id(), child.ikeSa(), child.connection(), child.config(),
                new ChildTerms(t.spiIn(), spi, t.suite(), t.mode(), t.selectors(), t.udpEncap()), child.path(),
                child.resource(), child.acquireSeq());
    }

    @Test
    void selectorsWithNothingInCommonFail() {
        Selectors mixed = new Selectors(List.of(Samples.LEFT_NET),
                List.of(TrafficSelector.subnet(IpAddress.of("2001:db8::"), 32)));
        assertThat(install(Samples.child(2, Samples.tunnel(), Resource.NONE, 0, mixed)))
                .contains("no policy fits the traffic selectors");
        assertThat(kernel.take()).isEmpty();
    }

    private Optional<String> install(ChildSa child) {
        return installer.install(child, Samples.keys(), false);
    }

    private static SaPair pair(ChildSa child) {
        return SaPair.of(child, 1, null, true, new Random(2));
    }

    private static PolicyDemand demand(ChildConfig config, PolicyPriority priority) {
        return new PolicyDemand(config.mode(), Samples.NETS, LEFT, RIGHT, 1, config.kernel(), 0, null, priority);
    }

    private static ChildConfig transport() {
        ChildConfig c = Samples.tunnel(PerCpu.NO, forwarding());
        return new ChildConfig(c.name(), ChildConfig.Mode.TRANSPORT, c.proposals(), c.localTs(), c.remoteTs(),
                c.actions(), c.lifetime(), c.perCpu(), c.kernel());
    }

    private static KernelOptions forwarding() {
        return new KernelOptions(true, true, 0, 0, 32, HwOffload.NO, "", Marks.NONE, true, true, CopyDscp.OUT, false,
                0);
    }

    private static KernelOptions offload(HwOffload offload, String device) {
        return new KernelOptions(true, false, 0, 0, 32, offload, device, Marks.NONE, true, true, CopyDscp.OUT, false,
                0);
    }
}
