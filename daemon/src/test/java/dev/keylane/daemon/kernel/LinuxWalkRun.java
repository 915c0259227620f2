package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Event;
import dev.keylane.linux.NetNamespace;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.kernel.AcquireExpiry;
import dev.keylane.xfrm.kernel.XfrmStat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Keys every CPU of a machine whose kernel has ESP and per-CPU states, and counts what is dropped on the way; without
 * a test framework, for the lab: {@code java -cp ... dev.keylane.daemon.kernel.LinuxWalkRun CPUS}. Prints a line a
 * step, {@code ok ...}, and ends with 1 at the first that fails.
 */
public final class LinuxWalkRun {
    private final int cpus;
    private final Path journal;
    private LinuxWalk walk;

    private LinuxWalkRun(int cpus, Path journal) {
        this.cpus = cpus;
        this.journal = journal;
    }

    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("walk");
        LinuxWalkRun run = new LinuxWalkRun(Integer.parseInt(args[0]), directory.resolve("installed"));
        NetNamespace.run(() -> {
            NetNamespace.ip(LinuxWalk.LINK);
            try {
                AcquireExpiry.set(ACQUIRE_EXPIRES);
                run.steps();
            } catch (IOException | InterruptedException | AssertionError failure) {
                System.out.println("FAILED " + failure);
                System.exit(1);
            }
        });
        System.exit(0);
    }

    private void steps() throws IOException, InterruptedException {
        walk = new LinuxWalk(journal, cpus, ACQUIRE_EXPIRES);
        check("trap installed", walk.side.installTrap(LinuxWalk.connection(), LinuxWalk.CHILD).isEmpty());
        walk.send(0, 1);
        Event.Initiate first = request("the first packet asks for the fallback", -1);
        walk.agree(first);
        check("armed with the fallback", walk.isArmed());
        refused();
        for (int left = cpus; left > 0; left--) {
            keyOneMore(cpus - left);
        }
        check("no flag when all are keyed", !walk.isArmed());
        everyCpuItsOwn();
        crash();
    }

    /** The one CPU's acquire stays pending, yet nobody's packets may be dropped. */
    private void refused() throws IOException, InterruptedException {
        walk.send(1, 1);
        Event.Initiate more = request("a packet of CPU 1 asks for its SA", 1);
        check("disarmed", !walk.isArmed());
        nothingDropped("while a request is out", 20);
        walk.refuse(more);
        nothingDropped("while the larval state of a refused request lives", 20);
        long start = System.nanoTime();
        while (!walk.isArmed()) {
            walk.awaitRequest(Duration.ofMillis(100));
        }
        long waited = Duration.ofNanos(System.nanoTime() - start).toMillis();
        check("armed again after " + waited + " ms", waited >= 5_000 && waited < 15_000);
    }

    private void keyOneMore(int cpu) throws IOException, InterruptedException {
        walk.send(cpu, 1);
        Event.Initiate more = request("a packet of CPU " + cpu + " asks for its SA", cpu);
        nothingDropped("while CPU " + cpu + " is negotiated", 10);
        walk.agree(more);
        Map<Integer, Long> before = walk.carried();
        walk.send(cpu, 10);
        check("CPU " + cpu + " uses its SA", walk.carried().get(cpu) - before.get(cpu) == 10);
    }

    private void everyCpuItsOwn() throws IOException {
        Map<Integer, Long> before = walk.carried();
        nothingDropped("with all keyed", 25);
        Map<Integer, Long> after = walk.carried();
        for (int cpu = 0; cpu < cpus; cpu++) {
            check("CPU " + cpu + " alone on its SA", after.get(cpu) - before.get(cpu) == 25);
        }
        check("nothing on the fallback", after.get(-1).equals(before.get(-1)));
    }

    private void crash() throws IOException {
        SaSpec foreign = SaPair.of(Samples.child(9, Samples.tunnel(), Resource.NONE, 0), 1, null,
                true, new Random(1)).in();
        PolicySpec theirs = new PolicySpec(PolicyId.of(Selector.any(true), PolicyId.Direction.FWD),
                PolicySpec.Action.BLOCK, 5, List.of(), false, null);
        try (var keys = Samples.keys()) {
            walk.kernel.submit(List.of(new XfrmRequest.NewSa(foreign, new SaKeys(keys.encryptionIn(), null)),
                    new XfrmRequest.NewPolicy(theirs)));
        }
        int states = walk.kernel.dumpSas().size();
        check("there are 2 states for each CPU, 2 for all and a foreign one: " + states, states == 2 * cpus + 3);
        // A killed daemon: nothing is closed, and its lock is gone.
        Path copy = Files.copy(journal, journal.resolveSibling("copy"));
        LinuxWalk next = new LinuxWalk(copy, cpus, ACQUIRE_EXPIRES);
        next.side.recover(Instant.now());
        check("everything stays until the configuration is known", next.kernel.dumpSas().size() == states);
        next.side.use(PolicyBook.EMPTY);
        next.side.settle();
        check("the foreign SA alone is left", next.kernel.dumpSas().stream().map(SaInfo::id).toList()
                .equals(List.of(foreign.id())));
        check("the foreign policy alone is left", next.kernel.dumpPolicies().stream().map(info -> info.spec().id())
                .toList().equals(List.of(theirs.id())));
        next.close();
    }

    private Event.Initiate request(String step, int cpu) throws InterruptedException {
        Event.Initiate request = walk.awaitRequest(Duration.ofSeconds(10));
        check(step, request != null && request.trigger().resource().cpu() == cpu);
        return request;
    }

    private void nothingDropped(String step, int packets) throws IOException {
        long before = dropped();
        for (int cpu = 0; cpu < cpus; cpu++) {
            walk.send(cpu, packets);
        }
        check("nothing dropped " + step, dropped() == before);
    }

    private static long dropped() {
        try {
            XfrmStat stat = XfrmStat.read();
            return stat.get("XfrmOutNoStates") + stat.get("XfrmOutBundleGenError") + stat.get("XfrmOutError")
                    + stat.get("XfrmOutStateDirError");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void check(String step, boolean holds) {
        if (!holds) {
            throw new AssertionError(step);
        }
        System.out.println("ok " + step);
    }

    private static final Duration ACQUIRE_EXPIRES = Duration.ofSeconds(5);
}
