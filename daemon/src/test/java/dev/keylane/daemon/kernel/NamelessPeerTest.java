package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without DNS a child has no trap: what an earlier run has left holds its packets, which are not to leave in the clear. */
class NamelessPeerTest {
    private static final ChildConfig NET = Samples.tunnel();
    private static final Instant NOW = Instant.EPOCH.plusSeconds(1_000);

    @TempDir
    private Path directory;
    private final RecordingKernel kernel = new RecordingKernel();

    @Test
    void anOldTrapStaysUntilThereIsANewOne() throws IOException {
        open("before").installTrap(Samples.connection(), NET);
        KernelSide side = afterCrash();
        side.use(waiting());
        assertThat(side.installTrap(waiting().connections().getFirst(), NET)).isPresent();
        side.settle();
        assertThat(kernel.policies).hasSize(3);
        side.use(Samples.book(NET));
        side.installTrap(Samples.connection(), NET);
        side.onTime(NOW);
        assertThat(kernel.take()).as("no moment without a policy").hasSize(3)
                .allMatch(XfrmRequest.UpdPolicy.class::isInstance);
        assertThat(kernel.policies.values()).allMatch(policy -> policy.reqid() == 2);
    }

    @Test
    void policiesOutliveTheirSas() throws IOException {
        ChildLife.up(open("before"), Samples.child(2, NET, Resource.NONE, 0), NOW);
        KernelSide side = afterCrash();
        side.use(waiting());
        side.settle();
        for (SaId id : List.copyOf(kernel.sas.keySet())) {
            kernel.sas.remove(id);
            side.onKernelEvent(new XfrmEvent.Expire(id, 1, -1, true), NOW);
        }
        assertThat(kernel.policies).hasSize(3);
        side.use(PolicyBook.EMPTY);
        assertThat(kernel.policies).isEmpty();
    }

    private static PolicyBook waiting() {
        Connection known = Samples.connection(NET);
        return new PolicyBook(List.of(new Connection(known.name(), new Endpoints(known.endpoints().local(),
                List.of(AddressPattern.unresolved("peer.example")), 0, 0), known.proposals(), known.local(), known.remote(),
                known.options(), known.children())), List.of());
    }

    private KernelSide afterCrash() throws IOException {
        Files.copy(directory.resolve("before"), directory.resolve("after"));
        KernelSide next = open("after");
        next.recover(NOW);
        kernel.take();
        return next;
    }

    private KernelSide open(String journal) throws IOException {
        KernelSettings settings = new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(2)),
                Duration.ofSeconds(30), directory.resolve(journal), "b");
        return XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"), settings,
                Samples.NETWORK, new Random(3), () -> 100);
    }
}
