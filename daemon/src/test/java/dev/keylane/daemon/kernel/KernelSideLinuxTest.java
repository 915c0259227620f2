package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Event;
import dev.keylane.linux.NetNamespace;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no ESP, on this machine's kernel: traps, acquires, and what a killed daemon left. Needs root. */
class KernelSideLinuxTest {
    @TempDir
    private Path directory;

    @BeforeAll
    static void needsNamespaces() {
        NetNamespace.unavailable().ifPresent(reason -> Assumptions.abort("no network namespaces: " + reason));
    }

    @Test
    void aPacketThatMeetsTheTrapBecomesARequest() {
        inNamespace(() -> {
            try (LinuxWalk walk = walk("a")) {
                assertThat(walk.side.installTrap(LinuxWalk.connection(), LinuxWalk.CHILD)).isEmpty();
                assertThat(walk.kernel.dumpPolicies()).extracting(info -> info.spec().id().direction())
                        .containsExactlyInAnyOrder(PolicyId.Direction.OUT, PolicyId.Direction.IN);
                walk.send(0, 1);
                Event.Initiate request = walk.awaitRequest(Duration.ofSeconds(5));
                assertThat(request).isNotNull();
                assertThat(request.trigger().resource()).isEqualTo(Resource.NONE);
                assertThat(request.path()).hasToString("10.77.0.1[500]...10.77.0.2[500]");
                assertThat(request.trigger().packet().remote()).hasToString("[10.77.0.2/32[udp/4789]]");
            }
        });
    }

    @Test
    void aKilledDaemonsPoliciesAreFoundAgainAndOthersLeftAlone() {
        inNamespace(() -> {
            LinuxWalk killed = walk("a");
            assertThat(killed.side.installTrap(LinuxWalk.connection(), LinuxWalk.CHILD)).isEmpty();
            PolicySpec foreign = new PolicySpec(PolicyId.of(Selector.any(false), PolicyId.Direction.IN),
                    PolicySpec.Action.ALLOW, 9, List.of(), false, null);
            killed.kernel.submit(new XfrmRequest.NewPolicy(foreign));
            assertThat(killed.kernel.dumpPolicies()).hasSize(3);
            Files.copy(directory.resolve("a"), directory.resolve("b"));
            LinuxWalk next = walk("b");
            next.side.recover(Instant.now());
            assertThat(next.kernel.dumpPolicies()).as("until the configuration is known").hasSize(3);
            next.side.use(new PolicyBook(List.of(LinuxWalk.connection()), List.of()));
            assertThat(next.side.installTrap(LinuxWalk.connection(), LinuxWalk.CHILD)).isEmpty();
            next.side.settle();
            assertThat(next.kernel.dumpPolicies()).extracting(policy -> policy.spec().reqid())
                    .as("a new trap in the old one's place").containsExactlyInAnyOrder(0, 2, 2);
            Files.copy(directory.resolve("b"), directory.resolve("c"));
            try (LinuxWalk last = walk("c")) {
                last.side.recover(Instant.now());
                last.side.use(PolicyBook.EMPTY);
                last.side.settle();
                assertThat(last.kernel.dumpPolicies()).extracting(PolicyInfo::spec).containsExactly(foreign);
            }
            killed.kernel.close();
            next.kernel.close();
        });
    }

    private LinuxWalk walk(String journal) throws IOException {
        return new LinuxWalk(directory.resolve(journal), 1, Duration.ofSeconds(30));
    }

    private interface Body {
        void run() throws Exception;
    }

    private static void inNamespace(Body body) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        NetNamespace.run(() -> {
            NetNamespace.ip(LinuxWalk.LINK);
            try {
                body.run();
            } catch (Exception | AssertionError thrown) {
                failure.set(thrown);
            }
        });
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }
}
