package dev.keylane.daemon.metrics;

import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.control.Activity;
import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.DaemonStats;
import dev.keylane.daemon.control.LastReload;
import dev.keylane.daemon.control.LatencyCount;
import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.control.Status;
import dev.keylane.daemon.control.SteeringCount;
import dev.keylane.daemon.offload.Abilities;
import dev.keylane.daemon.offload.Ability;
import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.offload.KeyLoss;
import dev.keylane.daemon.offload.OffloadCounts;
import dev.keylane.daemon.offload.Refusal;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.daemon.traffic.Carried;
import dev.keylane.daemon.traffic.Coverage;
import dev.keylane.daemon.traffic.KernelOverview;
import dev.keylane.daemon.traffic.KernelReader.Reading;
import dev.keylane.daemon.traffic.Placement;
import dev.keylane.daemon.traffic.Series;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.sa.Effect.Asked;
import dev.keylane.pcpu.CpuSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A sample of a daemon in which there is something of everything. */
final class FullSample {
    private static final ChildSnapshot FALLBACK = Samples.child(1, Resource.FALLBACK);
    private static final ChildSnapshot ON_CPU = Samples.child(2, Resource.cpu(3));

    private FullSample() {
    }

    static Sample take() {
        Grant grant = new Grant(HwOffload.AUTO, Rung.CRYPTO, "p0", List.of());
        LatencyCount some = LatencyCount.NONE.plus(Duration.ofMillis(7));
        Activity activity = new Activity(Map.of("BFL-BFR", 1L), Map.of("BFL-BFR", 2L), Map.of(), Map.of(
                new Activity.Child("BFL-BFR", "bf"), new Activity.Lives(5, 3, 1)), some, some, Map.of(Asked.REKEY_CHILD, some));
        Status status = new Status(Samples.NOW, stats(), List.of(limited()),
                List.of(Samples.ike(1, FALLBACK, ON_CPU).ike()), new KernelOverview(Map.of(2L, new Placement(false, grant)),
                List.of(new Coverage("BFL-BFR", "bf", false, CpuSet.first(8), 4, CpuSet.of(3)))), activity, List.of(),
                new LastReload(true, Samples.NOW), List.of());
        Carried carried = new Carried(10, 1000, 20, 2000, 1, 2);
        return new Sample(Samples.NOW, status, Map.of(Series.of(ON_CPU.child().sa(), false), carried,
                Series.of(FALLBACK.child().sa(), false), carried), new Reading(Stream.of(FALLBACK.inbound(), FALLBACK.outbound(),
                ON_CPU.inbound(), ON_CPU.outbound()).map(Objects::requireNonNull).toList(), Map.of("XfrmInNoStates", 3L)), 4, "",
                Optional.empty());
    }

    /** Samples' connection, rekeyed by each of the limits there are. */
    private static Connection limited() {
        try {
            String text = Files.readString(Samples.FILE);
            Path file = Files.createTempFile("limited", ".conf");
            Files.writeString(file, text.replace("reauth_time = 0", "rekey_time = 4h")
                    .replace("mode = transport", "mode = transport\n rekey_bytes = 1000000\n rekey_packets = 1000"));
            Connection connection = Configuration.load(List.of(file)).book().connections().getFirst();
            Files.delete(file);
            return connection;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static DaemonStats stats() {
        return new DaemonStats(Samples.NOW.minusSeconds(60), 1, new DaemonStats.Strangers(1, 8, 9), 1, 0, "xfrm",
                DaemonStats.Counts.NONE, DaemonStats.Population.of(List.of(Samples.ike(1, FALLBACK, ON_CPU).ike()), _ -> false),
                List.of(new SteeringCount("p0", "xdp", 4, OptionalInt.of(8), 1, Map.of("redirected", 70L, "no-entry", 2L))),
                Map.of("program", 3L), new OffloadCounts(Map.of(new OffloadCounts.Kind(HwOffload.AUTO, Rung.CRYPTO, "p0"), 2L),
                Map.of(new OffloadCounts.Refused("p0", Refusal.Reason.NO_DEVICE), 5L), Set.of(), Map.of("p0", 1L),
                Map.of(new KeyLoss("p0", KeyLoss.Reason.LINK_DOWN), 3L), List.of(new Abilities("p0", "mlx5_core", Stream.of(Ability.values())
                .collect(Collectors.toMap(ability -> ability, _ -> new Abilities.Verdict(true, "")))))), Map.of("p0", 7L));
    }

    static String text(String accept, boolean strongswan) {
        try (MetricsText metrics = new MetricsText("1.2.3")) {
            return metrics.of(take(), accept, strongswan).text();
        }
    }
}
