package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.LEFT;
import static dev.keylane.daemon.kernel.Samples.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.XfrmRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands beside policies in hardware stays as long as these do, across a kill. */
class InheritedHardwareTest {
    private static final TrafficSelector HERE = TrafficSelector.subnet(LEFT, LEFT.bits());
    private static final TrafficSelector THERE = TrafficSelector.subnet(RIGHT, RIGHT.bits());

    @TempDir
    private Path directory;
    private final RecordingKernel kernel = new RecordingKernel();
    private final Instant now = Instant.EPOCH.plusSeconds(1_000);
    private int runs;
    private KernelSide side;

    /** Otherwise the NIC would encrypt our first request under an SA that the peer may have forgotten. */
    @Test
    void ikePassesUntilTheOldPoliciesGo() throws IOException {
        crash(HOSTS);
        int bypasses = bypasses().size();
        assertThat(bypasses).isPositive();
        side.recover(now);
        side.use(Samples.book(HOSTS));
        side.settle();
        assertThat(kernel.take()).as("all but those that the device is tried by").noneMatch(request ->
                request instanceof XfrmRequest.DelPolicy(var id) && (id.selector().source().equals(Samples.RIGHT)
                        || id.selector().destination().equals(Samples.RIGHT)));
        assertThat(bypasses()).hasSize(bypasses);
        side.renounce("west", "net");
        assertThat(kernel.policies).isEmpty();
        assertThat(kernel.sas).isEmpty();
    }

    @Test
    void newPoliciesInTheirPlaceKeepIt() throws IOException {
        crash(HOSTS);
        int bypasses = bypasses().size();
        side.recover(now);
        side.use(Samples.book(HOSTS));
        up(20, HOSTS);
        side.settle();
        side.onTime(now.plus(Departures.GRACE).minus(Legacies.SILENCE));
        side.onTime(now.plus(Departures.GRACE));
        assertThat(kernel.sas).hasSize(2);
        assertThat(bypasses()).hasSize(bypasses);
        side.close();
        assertThat(kernel.policies).isEmpty();
    }

    @Test
    void whatIsMissingOfItIsInstalled() throws IOException {
        crash(HOSTS);
        List<PolicyId> before = bypasses();
        kernel.policies.remove(before.getFirst());
        side.recover(now);
        assertThat(bypasses()).containsExactlyInAnyOrderElementsOf(before);
        side.use(Samples.book(HOSTS));
        side.settle();
        assertThat(bypasses()).hasSize(before.size());
        side.renounce("west", "net");
        assertThat(bypasses()).as("the journal knows the one that is new").isEmpty();
    }

    @Test
    void orphansAreCountedByTheirDevice() throws IOException {
        crash(NETS);
        assertThat(Files.readAllLines(journal())).filteredOn(line -> line.startsWith("+sa ")).hasSizeGreaterThan(1)
                .allMatch(line -> line.endsWith(" eth7"));
        side.recover(now);
        side.use(PolicyBook.EMPTY);
        side.settle();
        assertThat(kernel.sas).isEmpty();
        assertThat(side.orphans()).isEqualTo(Map.of("eth7", 2L));
    }

    /** When the device forgets the old policies, nothing but these keeps their packets from leaving in the clear. */
    @Test
    void backstopsHoldWhatADeviceForgets() throws IOException {
        crash(NETS);
        assertThat(blocks()).isEqualTo(2);
        side.recover(now);
        side.use(Samples.book(NETS));
        side.settle();
        assertThat(blocks()).isEqualTo(2);
        kernel.sas.clear();
        kernel.policies.values().removeIf(policy -> policy.offload() != null);
        side.onLink(new LinkChange(Set.of("eth7"), LinkChange.State.DOWN, LinkChange.Keys.LOST), now);
        assertThat(blocks()).isEqualTo(2);
        side.renounce("west", "net");
        assertThat(kernel.policies).isEmpty();
    }

    /** The audit puts policies back, first what lets IKE ask for keys beside them. */
    @Test
    void aFlushedWayForIkeComesBackBeforeThePolicies() throws IOException {
        side = open();
        side.use(Samples.book(HOSTS));
        up(2, HOSTS);
        List<PolicyId> bypasses = bypasses();
        kernel.policies.clear();
        side.audit(now);
        kernel.take();
        side.audit(now);
        assertThat(bypasses()).containsExactlyInAnyOrderElementsOf(bypasses).isNotEmpty();
        List<Boolean> passing = kernel.take().stream()
                .flatMap(request -> switch (request) {
                    case XfrmRequest.NewPolicy(var policy) -> Stream.of(policy);
                    case XfrmRequest.UpdPolicy(var policy) -> Stream.of(policy);
                    case XfrmRequest.NewSa _, XfrmRequest.UpdSa _, XfrmRequest.MigrateState _, XfrmRequest.DelSa _,
                         XfrmRequest.GetSa _, XfrmRequest.DelPolicy _, XfrmRequest.GetPolicy _ -> Stream.<PolicySpec>of();
                }).filter(policy -> policy.offload() != null).map(policy -> policy.templates().isEmpty()).toList();
        assertThat(passing.lastIndexOf(true)).isLessThan(passing.indexOf(false));
        assertThat(passing).contains(false);
    }

    private List<PolicyId> bypasses() {
        return kernel.policies.values().stream()
                .filter(policy -> policy.templates().isEmpty() && policy.offload() != null).map(PolicySpec::id).toList();
    }

    private long blocks() {
        return kernel.policies.values().stream().filter(policy -> policy.action() == PolicySpec.Action.BLOCK).count();
    }

    private void up(long id, ChildConfig config) {
        Selectors selectors = config == HOSTS ? new Selectors(List.of(HERE), List.of(THERE)) : Samples.NETS;
        ChildLife.up(side, Samples.child(id, config, Resource.NONE, 0, selectors), now);
    }

    private void crash(ChildConfig config) throws IOException {
        side = open();
        side.use(Samples.book(config));
        up(2, config);
        Path before = journal();
        runs++;
        Files.copy(before, journal());
        side = open();
        kernel.take();
    }

    private Path journal() {
        return directory.resolve("owned-" + runs);
    }

    private KernelSide open() throws IOException {
        KernelSettings settings = new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(2)),
                Duration.ofSeconds(30), journal(), "b");
        return XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"), settings,
                Samples.NETWORK, new Random(3), () -> 100 + runs);
    }

    private static ChildConfig config(Mode mode, TrafficSelector local, TrafficSelector remote) {
        return new ChildConfig("net", mode, List.of(), List.of(TsPattern.of(local)), List.of(TsPattern.of(remote)),
                ChildActions.NONE, ChildLifetime.DEFAULT, PerCpu.NO, new KernelOptions(true, false, 0, 0, 32,
                HwOffload.PACKET, "", Marks.NONE, true, true, CopyDscp.OUT, false, 0));
    }

    private static final ChildConfig HOSTS = config(Mode.TRANSPORT, HERE, THERE);
    private static final ChildConfig NETS = config(Mode.TUNNEL, Samples.LEFT_NET, Samples.RIGHT_NET);
}
