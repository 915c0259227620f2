package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sa.Effect;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that is killed leaves its journal; the lock dies with it, so tests copy the file to a new place. */
class KernelSideCrashTest {
    @TempDir
    private Path directory;
    private final RecordingKernel kernel = new RecordingKernel();
    private int runs;

    @Test
    void theNextStartRemovesExactlyWhatWasOursAndIsNotConfigured() throws IOException {
        KernelSide first = open();
        first.installTrap(Samples.connection(), Samples.perCpu());
        install(first, Samples.child(2, Samples.perCpu(), Resource.FALLBACK, 0));
        install(first, Samples.child(3, Samples.perCpu(), Resource.cpu(1), 0));
        first.on(new Effect.ChildUp(Samples.ike(), Samples.view(
                Samples.child(2, Samples.perCpu(), Resource.FALLBACK, 0))), Instant.EPOCH);
        kernel.sas.remove(SaId.esp(Samples.RIGHT, 0xd0000003));
        SaSpec foreignSa = foreign(SaPair.of(Samples.child(9, Samples.tunnel(), Resource.NONE, 0), 1, null, true,
                new Random(1)).in());
        PolicySpec foreignPolicy = new PolicySpec(PolicyId.of(Selector.any(true), PolicyId.Direction.FWD),
                PolicySpec.Action.BLOCK, 5, List.of(), false, null);
        kernel.policies.put(foreignPolicy.id(), foreignPolicy);
        kernel.take();

        KernelSide second = openAfterCrash();
        second.recover(Instant.EPOCH);
        assertThat(kernel.take()).as("the acquire flag alone").containsExactly(new XfrmRequest.UpdPolicy(
                kernel.policies.get(outbound()).withCpuAcquire(false)));
        second.settle();
        assertThat(kernel.sas.values()).containsExactly(foreignSa);
        assertThat(kernel.policies.values()).containsExactly(foreignPolicy);
        assertThat(kernel.take()).hasSize(6);
        second.recover(Instant.EPOCH);
        second.settle();
        assertThat(kernel.take()).as("nothing is remembered twice").isEmpty();
    }

    @Test
    void whatSomebodyElsePutThereMeanwhileStays() throws IOException {
        KernelSide first = open();
        ChildSa child = Samples.child(2, Samples.tunnel(), Resource.NONE, 0);
        install(first, child);
        PolicySpec ours = kernel.policies.values().iterator().next();
        PolicySpec theirs = new PolicySpec(ours.id(), ours.action(), ours.priority() + 1, ours.templates(), false,
                null);
        kernel.policies.put(theirs.id(), theirs);
        SaId id = SaId.esp(Samples.LEFT, child.terms().spiIn());
        SaSpec other = SaPair.of(child, 77, null, true, new Random(1)).in();
        kernel.sas.put(id, other);

        recoverAndSettle();
        assertThat(kernel.policies.values()).containsExactly(theirs);
        assertThat(kernel.sas.values()).containsExactly(other);
    }

    @Test
    void aKillBetweenJournalAndKernelHarmsNothing() throws IOException {
        KernelSide first = open();
        kernel.refusal = _ -> {
            throw new IllegalStateException("killed");
        };
        ChildSa child = Samples.child(2, Samples.tunnel(), Resource.NONE, 0);
        assertThatThrownBy(() -> install(first, child)).hasMessage("killed");
        kernel.refusal = _ -> Optional.empty();
        kernel.take();
        recoverAndSettle();
        assertThat(kernel.take()).isEmpty();
    }

    @Test
    void aCleanEndLeavesAnEmptyJournal() throws IOException {
        KernelSide first = open();
        install(first, Samples.child(2, Samples.tunnel(), Resource.NONE, 0));
        first.close();
        assertThat(kernel.sas).isEmpty();
        try (OwnedState left = OwnedState.open(journal(), "b")) {
            assertThat(left.live()).isEmpty();
        }
    }

    private void recoverAndSettle() throws IOException {
        KernelSide next = openAfterCrash();
        next.recover(Instant.EPOCH);
        next.settle();
    }

    private PolicyId outbound() {
        return kernel.policies.keySet().stream().filter(id -> id.direction() == PolicyId.Direction.OUT).findFirst()
                .orElseThrow();
    }

    private SaSpec foreign(SaSpec sa) {
        kernel.sas.put(sa.id(), sa);
        return sa;
    }

    private static void install(KernelSide side, ChildSa child) {
        side.on(new Effect.InstallChild(child, Samples.keys(), false), Instant.EPOCH);
    }

    private Path journal() {
        return directory.resolve("owned-" + runs);
    }

    private KernelSide openAfterCrash() throws IOException {
        Path before = journal();
        runs++;
        Files.copy(before, journal());
        return open();
    }

    private KernelSide open() throws IOException {
        KernelSettings settings = new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(2)),
                Duration.ofSeconds(30), journal(), "b");
        return XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"),
                settings, Samples.NETWORK, new Random(3), () -> 1);
    }
}
