package dev.keylane.steering.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceQueuesTest {
    @TempDir
    private Path directory;
    private RecordedSystem system;

    @BeforeEach
    void boot() {
        system = new RecordedSystem(directory);
    }

    private DeviceQueues read(String device) {
        return DeviceQueues.read(directory, device);
    }

    @ParameterizedTest
    @CsvSource({"mlx5_comp%d@pci:0000:01:00.0", "eth0-TxRx-%d", "ice-eth0-TxRx-%d", "i40e-eth0-TxRx-%d", "eth0-Tx-Rx-%d",
        "eth0-rxtx-%d", "eth0-rx-%d", "eth0-%d"})
    void driversNameTheirInterrupts(String pattern) {
        system.device("eth0", "0000:01:00.0").queues(pattern, 12).interrupt(90, "mlx5_async0@pci:0000:01:00.0", 5)
                .interrupt(91, "eth0", 5).interrupt(92, "eth0-tx-1", 5).interrupt(93, "eth1-TxRx-1", 5)
                .interrupt(94, "mlx5_comp1@pci:0000:01:00.1", 5).interrupt(95, "xeth0-TxRx-2", 5);
        DeviceQueues queues = read("eth0");
        assertThat(queues.trouble()).isEmpty();
        assertThat(queues.cpus()).hasSize(12).containsEntry(0, 0).containsEntry(1, 1).containsEntry(11, 11);
        assertThat(queues.of(11)).containsExactly(11);
        assertThat(queues.of(12)).isEmpty();
    }

    @Test
    void virtioNamesTheDeviceBelow() {
        system.device("eth0", "virtio2").interrupt(37, "virtio2-config", 0).interrupt(38, "virtio2-input.0", 1)
                .interrupt(39, "virtio2-output.0", 0).interrupt(40, "virtio2-input.1", 0).interrupt(43, "virtio21-input.1", 1);
        assertThat(read("eth0")).isEqualTo(new DeviceQueues(Map.of(0, 1, 1, 0), Optional.empty()));
    }

    @Test
    void aDeviceThatWasRenamedIsKnownByTheNumbersOfItsInterrupts() {
        system.device("wan", "0000:01:00.0").interrupt(99, "ens1-tx-0", 5).queues("ens1-%d", 2).interrupt(200, "ens2-TxRx-0", 7);
        assertThat(read("wan").cpus()).isEmpty();
        for (int number : new int[] {99, 100, 101}) {
            system.write("sys/class/net/wan/device/msi_irqs/" + number, "msix\n");
        }
        assertThat(read("wan").cpus()).isEqualTo(Map.of(0, 0, 1, 1));
    }

    @Test
    void severalQueuesMayBeOnACpu() {
        system.device("eth0", "0000:01:00.0").interrupt(30, "eth0-TxRx-0", 2).interrupt(31, "eth0-TxRx-1", 2);
        assertThat(read("eth0").of(2)).containsExactly(0, 1);
    }

    @Test
    void anInterruptThatMayGoAnywhereIsNobodys() {
        system.device("eth0", "0000:01:00.0").interrupt(30, "eth0-TxRx-0", "0-3", "")
                .interrupt(31, "eth0-TxRx-1", "0-3", "0-3").interrupt(32, "eth0-TxRx-2", "3", "");
        assertThat(read("eth0").cpus()).isEqualTo(Map.of(2, 3));
        system.interrupt(32, "eth0-TxRx-2", "0,3", "");
        assertThat(read("eth0").trouble()).contains(
                "no interrupt of eth0 is bound to one CPU (/proc/irq/N/smp_affinity_list)");
    }

    @Test
    void whatMovesPacketsOnIsTold() {
        system.device("eth0", "0000:01:00.0").queues("eth0-TxRx-%d", 2).write("sys/class/net/eth0/threaded", "1\n");
        assertThat(read("eth0").trouble()).contains(
                "eth0 polls in threads, which run anywhere (/sys/class/net/eth0/threaded)");
        system.write("sys/class/net/eth0/threaded", "0\n").write("sys/class/net/eth0/queues/rx-1/rps_cpus", "00,0000000f\n");
        assertThat(read("eth0").trouble()).contains(
                "the kernel spreads packets of eth0 once more (/sys/class/net/eth0/queues/rx-1/rps_cpus)");
    }

    @Test
    void withoutWordsOfTheKernelThereIsAReason() {
        assertThat(read("eth0").trouble()).contains("there is no /sys/class/net/eth0");
        assertThat(read("../../../etc").trouble()).isPresent();
        assertThat(read("\0").trouble()).isPresent();
        system.device("lo", "nowhere");
        assertThat(read("lo").trouble()).contains(
                "no interrupt in /proc/interrupts is known as a receive queue's of lo");
        assertThat(DeviceQueues.read(directory.resolve("none"), "eth0").trouble()).isPresent();
    }

    @Test
    void releasesAreCompared() {
        assertThat(KernelRelease.read(directory)).contains(new KernelRelease(7, 2));
        assertThat(new KernelRelease(6, 15).isAtLeast(6, 15)).isTrue();
        assertThat(new KernelRelease(6, 12).isAtLeast(6, 15)).isFalse();
        assertThat(new KernelRelease(5, 19).isAtLeast(6, 15)).isFalse();
        system.write("proc/sys/kernel/osrelease", "strange");
        assertThat(KernelRelease.read(directory)).isEmpty();
    }

    @Test
    void whatIsReadStaysFreshForAMoment() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
        AtomicInteger reads = new AtomicInteger();
        Recent<Integer> recent = new Recent<>(reads::incrementAndGet, now::get);
        assertThat(recent.get()).isOne();
        now.set(now.get().plus(Recent.FRESH).minusNanos(1));
        assertThat(recent.get()).isOne();
        now.set(now.get().plusNanos(1));
        assertThat(recent.get()).isEqualTo(2);
        now.set(now.get().minusSeconds(3600));
        assertThat(recent.get()).as("a clock that was set back").isEqualTo(3);
    }
}
