package dev.keylane.bench;

import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.MessageOptions;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.sa.Effect;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.pcpu.FewestResource;
import dev.keylane.pcpu.PlanSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** How soon all CPUs have an SA of their own when all of them send, and what that costs. */
final class CoverageBench {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final Duration ROUND_TRIP = Duration.ofMillis(20);
    private static final int[] CPUS = {4, 64, 256};
    private static final int ROUNDS = 5;

    private CoverageBench() {
    }

    /** How it is known that a CPU sends. */
    private enum Known { OBSERVED, BY_ACQUIRE }

    /** Round trips, and the CPU time of each side. */
    private record Run(int roundTrips, double initiator, double responder) {
    }

    static void run() {
        print("%-30s %6s %5s %12s %9s %19s", "from the first packet to the last", "window", "CPUs", "round trips",
                "at 20 ms", "CPU ms: init., resp.");
        for (int window : new int[] {64, 1}) {
            for (int cpus : CPUS) {
                measure("demand, senders observed", PerCpuMode.DEMAND, Known.OBSERVED, window, cpus);
                measure("demand, by acquires", PerCpuMode.DEMAND, Known.BY_ACQUIRE, window, cpus);
                measure("hybrid, by acquires", PerCpuMode.HYBRID, Known.BY_ACQUIRE, window, cpus);
                measure("eager", PerCpuMode.EAGER, Known.BY_ACQUIRE, window, cpus);
            }
        }
        print("%n%s", """
                Round trips include two for IKE_SA_INIT and IKE_AUTH, which bring the SA that serves all CPUs; time is
                virtual, as if nothing had to be computed. CPU time is real, the best of several runs: plans and
                cores of both sides, x25519 for each SA included, sockets and kernel not.""");
    }

    private static void measure(String what, PerCpuMode mode, Known known, int window, int cpus) {
        Run best = new Run(0, Double.MAX_VALUE, Double.MAX_VALUE);
        for (int i = 0; i < ROUNDS; i++) {
            Run run = run(mode, known, window, cpus);
            best = run.initiator() + run.responder() < best.initiator() + best.responder() ? run : best;
        }
        print("%-30s %6d %5d %12d %6d ms %9.1f %9.1f", what, window, cpus, best.roundTrips(),
                ROUND_TRIP.multipliedBy(best.roundTrips()).toMillis(), best.initiator(), best.responder());
    }

    /** All that is under way goes in step: half a round trip there, half a round trip back. */
    private static Run run(PerCpuMode mode, Known known, int window, int cpus) {
        EndpointSettings settings = EndpointSettings.DEFAULT.withMessages(new MessageOptions(window, 1280));
        CpuSet all = CpuSet.first(cpus);
        Side initiator = new Side(settings, FewestResource.twiceThe(all),
                Policies.initiators(Policies.PFS_ESP, PerCpu.YES));
        Side responder = new Side(settings, FewestResource.twiceThe(all),
                Policies.responder(Policies.PFS_ESP, PerCpu.YES));
        Planned planned = new Planned(initiator, PlanSettings.of(all, cpus, Duration.ofSeconds(30)).with(mode)
                .observed(known == Known.OBSERVED), NOW);
        long start = CpuTime.ofThread();
        planned.firstPacket();
        long initiating = CpuTime.ofThread() - start;
        long responding = 0;
        int roundTrips = 0;
        while (!planned.isCovered()) {
            List<Effect.SendDatagram> flying = initiator.takeOutbox();
            if (flying.isEmpty()) {
                throw new IllegalStateException("CPUs are left without an SA");
            }
            long from = CpuTime.ofThread();
            Couple.pass(flying, responder);
            long turn = CpuTime.ofThread();
            Couple.pass(responder.takeOutbox(), initiator);
            planned.settle();
            responding += turn - from;
            initiating += CpuTime.ofThread() - turn;
            roundTrips++;
        }
        return new Run(roundTrips, initiating / 1e6, responding / 1e6);
    }

    private static void print(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }
}
