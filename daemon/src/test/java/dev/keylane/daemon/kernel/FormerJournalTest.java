package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.pcpu.CpuSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that is upgraded in place knows its SAs again. */
class FormerJournalTest {
    private static final ChildConfig NET = Samples.tunnel();

    @TempDir
    private Path directory;
    private final RecordingKernel kernel = new RecordingKernel();
    private final Instant now = Instant.EPOCH.plusSeconds(1_000);

    @Test
    void whatItNamesIsKeptAndGoesInTime() throws IOException {
        crashOfAnEarlierVersion();
        KernelSide side = open(kernel);
        assertThat(side.recover(now)).isTrue();
        assertThat(former()).doesNotExist();
        side.use(Samples.book(NET));
        side.settle();
        assertThat(kernel.sas).hasSize(2);
        ChildLife.up(side, Samples.child(20, NET, Resource.NONE, 0), now);
        side.renounce("west", "net");
        assertThat(kernel.sas).hasSize(2);
        side.started();
        side.close();
        assertThat(kernel.policies).isEmpty();
    }

    @Test
    void anotherNamespacesIsLeft() throws IOException {
        crashOfAnEarlierVersion();
        String text = Files.readString(former());
        assertThat(open(new RecordingKernel()).recover(now)).isFalse();
        assertThat(Files.readString(former()).lines()).containsAll(text.lines().filter(it -> it.startsWith("+sa ")).toList());
        assertThat(open(kernel, "keylane.vici.installed.4026531841").recover(now)).isTrue();
    }

    @Test
    void whatARunningDaemonHasIsLeftToIt() throws IOException {
        crashOfAnEarlierVersion();
        try (OwnedState running = OwnedState.open(former(), "b")) {
            assertThat(open(kernel).recover(now)).isFalse();
            assertThat(running.live()).hasSize(5);
            assertThat(former()).exists();
        }
    }

    private void crashOfAnEarlierVersion() throws IOException {
        KernelSide side = open(kernel, "first");
        ChildLife.up(side, Samples.child(2, NET, Resource.NONE, 0), now);
        Files.copy(directory.resolve("first"), former());
    }

    private Path former() {
        return directory.resolve("keylane.vici.installed");
    }

    private KernelSide open(RecordingKernel in) throws IOException {
        return open(in, "keylane.vici.installed.4026531840");
    }

    private KernelSide open(RecordingKernel in, String journal) throws IOException {
        KernelSettings settings = new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(2)),
                Duration.ofSeconds(30), directory.resolve(journal), "b");
        return XfrmKernelSide.open(in, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"), settings,
                Samples.NETWORK, new Random(3), () -> 100);
    }
}
