package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Children whose peer is behind a NAT that has changed its mind. */
class ChildMovesTest {
    private static final IpAddress OTHER = IpAddress.of("203.0.113.9");
    private final RecordingKernel kernel = new RecordingKernel();
    private final ChildInstaller installer = installer(Samples.CAN);

    private ChildInstaller installer(XfrmCapabilities can) {
        Reqids reqids = new Reqids();
        KernelWriter writer = new KernelWriter(kernel, OwnedState.inMemory(), Samples.bypass());
        PolicyLedger ledger = new PolicyLedger();
        return Samples.installer(writer, ledger, reqids, new OffloadReport(), can);
    }

    private ChildSa install(ChildInstaller into, ChildSa child) {
        ChildSa udp = Samples.withPort(Samples.withUdp(child), child.sourcePort());
        assertThat(into.install(udp, Samples.keys(), false)).isEmpty();
        kernel.take();
        return udp;
    }

    private static ChildSa moved(ChildSa child, IpAddress address, int port) {
        return child.on(new Path(child.path().local(), new IpEndpoint(address, port)));
    }

    private List<String> asked() {
        return kernel.take().stream().map(request -> request.getClass().getSimpleName()).toList();
    }

    @Test
    void anotherPortChangesTheStatesAlone() {
        ChildSa child = install(installer, Samples.child(1, Samples.tunnel(), Resource.NONE, 0));
        assertThat(installer.move(List.of(moved(child, Samples.RIGHT, 61_000)))).isEmpty();
        assertThat(asked()).containsExactly("UpdSa", "UpdSa");
        assertThat(kernel.sas.values()).extracting(SaSpec::encap)
                .containsExactly(new SaSpec.Encap(61_000, 4500), new SaSpec.Encap(4500, 61_000));
    }

    @Test
    void perCpuSasKeepTheirOwnPortAndGoOnAcceptingAny() {
        ChildConfig config = Samples.tunnel(PerCpu.ENCAP, KernelOptions.DEFAULT);
        ChildSa child = install(installer, Samples.withPort(Samples.child(1, config, Resource.cpu(2), 0), 50_000));
        assertThat(installer.move(List.of(moved(child, Samples.RIGHT, 61_000)))).isEmpty();
        assertThat(asked()).as("nothing inbound has changed").containsExactly("UpdSa");
        assertThat(kernel.sas.values()).extracting(SaSpec::encap)
                .containsExactly(new SaSpec.Encap(0, 4500), new SaSpec.Encap(50_000, 61_000));
        assertThat(kernel.sas.values()).extracting(SaSpec::cpu).containsOnly(2);
    }

    @Test
    void anotherAddressMovesStatesAndPoliciesOfAllChildrenAtOnce() {
        ChildSa fallback = install(installer, Samples.child(1, Samples.perCpu(), Resource.FALLBACK, 0));
        ChildSa bound = install(installer, Samples.child(2, Samples.perCpu(), Resource.cpu(1), 0));
        ChildSa after = moved(fallback, OTHER, 61_000);
        assertThat(installer.move(List.of(after, moved(bound, OTHER, 61_000)))).isEmpty();
        assertThat(asked()).startsWith("MigrateState", "MigrateState", "UpdPolicy")
                .endsWith("UpdPolicy", "MigrateState", "MigrateState");
        assertThat(kernel.sas).hasSize(4);
        assertThat(kernel.sas.values()).allMatch(sa -> sa.source().equals(OTHER)
                || sa.id().destination().equals(OTHER));
        assertThat(templates()).isNotEmpty().noneMatch(t -> t.source().equals(Samples.RIGHT)
                || t.destination().equals(Samples.RIGHT));
        assertThat(installer.find(installer.find(1).orElseThrow().pair().out().id())).map(InstalledChild::child)
                .contains(after);
        installer.remove(1);
        installer.remove(2);
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies).isEmpty();
    }

    private Stream<Template> templates() {
        return kernel.policies.values().stream().map(PolicySpec::templates).flatMap(List::stream);
    }

    @Test
    void whatCannotBeMovedSafelyIsLeft() {
        ChildInstaller old = installer(Samples.CAN_NOT);
        ChildSa tunnel = install(old, Samples.child(1, Samples.tunnel(), Resource.NONE, 0));
        ChildSa away = moved(tunnel, OTHER, 61_000);
        assertThat(old.move(List.of(away))).containsExactly(away);
        assertThat(asked()).isEmpty();
        assertThat(old.move(List.of(moved(tunnel, Samples.RIGHT, 61_000)))).as("a port can be changed").isEmpty();
    }

    @Test
    void aNicsStateIsLeft() {
        KernelOptions packet = new KernelOptions(true, false, 0, 0, 32, KernelOptions.HwOffload.PACKET, "",
                KernelOptions.Marks.NONE, true, true, KernelOptions.CopyDscp.OUT, false, 0);
        ChildSa child = install(installer, Samples.child(1, Samples.tunnel(PerCpu.NO, packet), Resource.NONE, 0));
        ChildSa away = moved(child, Samples.RIGHT, 61_000);
        assertThat(installer.move(List.of(away))).containsExactly(away);
        assertThat(asked()).isEmpty();
    }

    @Test
    void aRefusalLeavesEverythingAsItWas() {
        ChildSa child = install(installer, Samples.child(1, Samples.tunnel(), Resource.NONE, 0));
        Map<Object, Object> before = Map.of("sas", Map.copyOf(kernel.sas), "policies", Map.copyOf(kernel.policies));
        kernel.refuse(2, RecordingKernel.error("UPDPOLICY", 22, "EINVAL", "no"));
        ChildSa away = moved(child, OTHER, 61_000);
        assertThat(installer.move(List.of(away))).containsExactly(away);
        assertThat(Map.of("sas", Map.copyOf(kernel.sas), "policies", Map.copyOf(kernel.policies))).isEqualTo(before);
    }

    @Test
    void theHalfThatIsLeftOutFollowsWhenItComes() {
        ChildSa child = Samples.withUdp(Samples.child(1, Samples.tunnel(), Resource.NONE, 0));
        assertThat(installer.install(child, Samples.keys(), true)).isEmpty();
        kernel.take();
        assertThat(installer.move(List.of(moved(child, OTHER, 61_000)))).isEmpty();
        assertThat(kernel.sas).hasSize(1);
        assertThat(installer.complete(1)).isEmpty();
        assertThat(kernel.take().getLast()).isInstanceOfSatisfying(XfrmRequest.NewSa.class, request -> {
            assertThat(request.sa().id().destination()).isEqualTo(OTHER);
            assertThat(request.sa().encap()).isEqualTo(new SaSpec.Encap(4500, 61_000));
        });
        assertThat(kernel.policies.keySet()).extracting(id -> id.direction()).contains(Direction.OUT);
    }

    @Test
    void strangersAreNobodysBusiness() {
        assertThat(installer.move(List.of(Samples.child(9, Samples.tunnel(), Resource.NONE, 0)))).isEmpty();
        assertThat(asked()).isEmpty();
    }
}
