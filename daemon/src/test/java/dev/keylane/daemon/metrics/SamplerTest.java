package dev.keylane.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.DaemonStats;
import dev.keylane.daemon.control.FakeControl;
import dev.keylane.daemon.traffic.KernelReader;
import dev.keylane.daemon.traffic.SaTotals;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A daemon that takes longer than anybody waits is shown as it was a question ago. */
class SamplerTest {
    private final FakeControl control = new FakeControl();

    @Test
    void answersThatComeTooLateAreShownTheNextTime() throws Exception {
        DaemonStats stats = control.stats().toCompletableFuture().get(1, TimeUnit.SECONDS);
        CompletableFuture<DaemonStats> slow = new CompletableFuture<>();
        control.onStats = () -> slow;
        try (Sampler sampler = new Sampler(control, () -> KernelReader.Reading.NOTHING, new SaTotals(), InstantSource.system())) {
            assertThat(sampler.take()).as("it has never answered").isEmpty();
            slow.complete(stats);
            control.onStats = CompletableFuture::new;
            assertThat(sampler.take()).hasValueSatisfying(sample -> assertThat(sample.status().stats()).isSameAs(stats));
        }
    }
}
