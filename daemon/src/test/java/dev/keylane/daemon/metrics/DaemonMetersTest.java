package dev.keylane.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.DaemonStats;
import dev.keylane.daemon.control.DaemonStats.Population;
import dev.keylane.daemon.control.DaemonStats.Population.Kind;
import dev.keylane.daemon.control.SteeringCount;
import dev.keylane.daemon.offload.KeyLoss;
import dev.keylane.daemon.offload.OffloadCounts;
import dev.keylane.daemon.offload.Refusal;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.HandshakeResult;
import dev.keylane.ike.sa.IkeSaView;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DaemonMetersTest {
    private static final Instant TAKEN = Instant.parse("2030-01-01T00:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DaemonMeters meters = new DaemonMeters(registry, "1.2.3");

    private static DaemonStats stats(Population population) {
        return new DaemonStats(TAKEN.minusSeconds(60), 2, new DaemonStats.Strangers(1, 8, 9), 1, 0, "software",
                new DaemonStats.Counts(Map.of(), Map.of(HandshakeResult.ESTABLISHED, 4L), Map.of(), 0, 6), population, List.of(),
                Map.of("program", 3L, "acquires", 1L), new OffloadCounts(
                Map.of(new OffloadCounts.Kind(HwOffload.AUTO, Rung.CRYPTO, "p0"), 2L),
                Map.of(new OffloadCounts.Refused("p0", Refusal.Reason.NO_DEVICE), 5L), Set.of("p0"), Map.of("p0", 1L),
                Map.of(new KeyLoss("p0", KeyLoss.Reason.LINK_DOWN), 3L), List.of()), Map.of("p0", 7L));
    }

    private double children(String state, String cpu) {
        return registry.get("keylane.child.sas").tag("state", state).tag("cpu", cpu).tag("lane", "").gauge().value();
    }

    @Test
    void showsTheLastNumbersItWasGiven() {
        meters.show(stats(Population.NONE), TAKEN);
        assertThat(registry.get("keylane.handshakes").tag("role", "responder").tag("result", "established")
                .functionCounter().count()).isEqualTo(4);
        assertThat(registry.get("keylane.ike.half.open.sas").gauge().value()).isEqualTo(1);
        assertThat(registry.get("keylane.cookies.sent").functionCounter().count()).isEqualTo(8);
        assertThat(registry.get("keylane.half.open.evictions").functionCounter().count()).isEqualTo(9);
        assertThat(registry.get("keylane.stats.time.seconds").gauge().value()).isEqualTo(TAKEN.getEpochSecond());
        assertThat(registry.get("keylane.start.time.seconds").gauge().value()).isEqualTo(TAKEN.getEpochSecond() - 60);
        assertThat(registry.get("keylane.percpu.plans").tag("senders", "program").gauge().value()).isEqualTo(3);
        assertThat(registry.get("keylane.percpu.plans").tag("senders", "acquires").gauge().value()).isEqualTo(1);
        assertThat(registry.get("keylane.info").tag("version", "1.2.3").tag("kernel", "software").gauge().value())
                .isEqualTo(1);
    }

    @Test
    void aDeviceThatIsSteeredHasItsSeries() {
        meters.show(steered(5), TAKEN);
        meters.show(steered(6), TAKEN);
        assertThat(registry.get("keylane.steering.entries").tag("device", "eth0").tag("strategy", "xdp").gauge().value())
                .isEqualTo(4);
        assertThat(registry.get("keylane.steering.capacity").gauges()).singleElement()
                .satisfies(capacity -> assertThat(capacity.value()).isEqualTo(8));
        assertThat(registry.get("keylane.steering.unsteered.sas").tag("device", "eth0").gauge().value()).isEqualTo(1);
        assertThat(registry.get("keylane.steering.packets").tag("verdict", "redirected").functionCounter().count())
                .isEqualTo(6);
        assertThat(registry.get("keylane.steering.packets").tag("verdict", "no-entry").functionCounter().count())
                .isEqualTo(2);
    }

    private static DaemonStats steered(long redirected) {
        DaemonStats plain = stats(Population.NONE);
        return new DaemonStats(plain.since(), plain.ikeSas(), plain.strangers(), plain.threads(), plain.scheduled(),
                plain.kernel(), plain.counts(), plain.population(), List.of(new SteeringCount("eth0", "xdp", 4, OptionalInt.of(8), 1,
                Map.of("redirected", redirected, "no-entry", 2L)), new SteeringCount("eth0", "spi", 0, OptionalInt.empty(), 1, Map.of())), Map.of(),
                OffloadCounts.NONE, Map.of());
    }

    @Test
    void offloadIsCountedByWhatWasAskedAndGot() {
        meters.show(stats(Population.NONE), TAKEN);
        assertThat(registry.get("keylane.offload.sas").tag("asked", "auto").tag("granted", "crypto").gauge().value())
                .isEqualTo(2);
        assertThat(registry.get("keylane.offload.refused").tag("device", "p0").tag("reason", "no-device")
                .functionCounter().count()).isEqualTo(5);
        assertThat(registry.get("keylane.orphans.removed").tag("device", "p0").functionCounter().count()).isEqualTo(7);
        assertThat(registry.get("keylane.orphans.removed").tag("device", "").functionCounter().count()).isZero();
        assertThat(registry.get("keylane.offload.lost").tag("device", "p0").tag("reason", "link-down").functionCounter().count())
                .isEqualTo(3);
        assertThat(registry.get("keylane.offload.doubted").tag("device", "p0").functionCounter().count()).isEqualTo(1);
        meters.show(steered(1), TAKEN);
        assertThat(registry.find("keylane.offload.sas").gauges()).isEmpty();
    }

    @Test
    void everyStateHasASeriesAndACpuOnlyWhileItHasAnSa() {
        meters.show(stats(new Population(Map.of(IkeSaView.State.CONNECTING, 2L), Map.of(
                new Kind(ChildSaView.State.INSTALLED, Resource.cpu(3)), 1L,
                new Kind(ChildSaView.State.INSTALLED, Resource.cpu(5), true), 2L,
                new Kind(ChildSaView.State.INSTALLED, Resource.FALLBACK), 1L,
                new Kind(ChildSaView.State.INSTALLED, Resource.NONE), 5L))), TAKEN);
        assertThat(registry.find("keylane.ike.sas").gauges()).hasSize(IkeSaView.State.values().length);
        assertThat(registry.get("keylane.ike.sas").tag("state", "connecting").gauge().value()).isEqualTo(2);
        assertThat(children("installed", "3")).isEqualTo(1);
        assertThat(registry.get("keylane.child.sas").tag("lane", "5").gauge().value()).isEqualTo(2);
        // Neither the fallback nor an ordinary SA is bound.
        assertThat(children("installed", "any")).isEqualTo(6);
        meters.show(stats(Population.NONE), TAKEN);
        assertThat(registry.find("keylane.child.sas").tag("cpu", "3").gauges()).isEmpty();
        assertThat(children("installed", "any")).isZero();
    }
}
