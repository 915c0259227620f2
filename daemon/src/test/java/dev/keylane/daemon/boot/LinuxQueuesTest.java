package dev.keylane.daemon.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.pcpu.CpuSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxQueuesTest {
    @TempDir
    private Path root;

    @BeforeEach
    void machine() throws IOException {
        file("proc/interrupts", """
                           CPU0       CPU1
                 24:         10          0   PCI-MSI 1-edge      eth0-TxRx-0
                 25:          0         10   PCI-MSI 2-edge      eth0-TxRx-1
                 26:          0         10   PCI-MSI 3-edge      eth1-TxRx-0
                """);
        file("proc/irq/24/smp_affinity_list", "2");
        file("proc/irq/25/smp_affinity_list", "5");
        file("proc/irq/26/smp_affinity_list", "7");
        Files.createDirectories(root.resolve("sys/class/net/eth0"));
        Files.createDirectories(root.resolve("sys/class/net/eth1"));
    }

    @Test
    void areThoseOfItsInterrupts() {
        assertThat(LinuxQueues.cpus(root, "eth0")).isEqualTo(CpuSet.of(2, 5));
    }

    @Test
    void aVlanOnABondHasThoseOfItsPorts() throws IOException {
        Files.createDirectories(root.resolve("sys/class/net/vlan7/lower_bond0"));
        Files.createDirectories(root.resolve("sys/class/net/bond0/lower_eth0"));
        Files.createDirectories(root.resolve("sys/class/net/bond0/lower_eth1"));
        assertThat(LinuxQueues.cpus(root, "vlan7")).isEqualTo(CpuSet.of(2, 5, 7));
    }

    @Test
    void aCircleAndADeviceThatIsGoneHaveNone() throws IOException {
        Files.createDirectories(root.resolve("sys/class/net/a/lower_b"));
        Files.createDirectories(root.resolve("sys/class/net/b/lower_a"));
        assertThat(LinuxQueues.cpus(root, "a")).isEqualTo(CpuSet.EMPTY);
        assertThat(LinuxQueues.cpus(root, "gone")).isEqualTo(CpuSet.EMPTY);
    }

    private void file(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text);
    }
}
