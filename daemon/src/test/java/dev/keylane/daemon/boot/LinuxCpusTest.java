package dev.keylane.daemon.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.pcpu.CpuSet;
import dev.keylane.pcpu.CpuTopology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxCpusTest {
    @TempDir
    private Path root;

    @BeforeEach
    void machine() throws IOException {
        file("sys/devices/system/cpu/online", "0-3,6");
        file("sys/devices/system/cpu/isolated", "");
    }

    @Test
    void aHostIsAllItsCpus() throws IOException {
        file("sys/fs/cgroup/cpuset.cpus.effective", "0-1");
        file("sys/devices/system/cpu/isolated", "3");
        assertThat(LinuxCpus.read(root)).isEqualTo(new CpuTopology(cpus("0-3,6"), cpus("0-3,6"), cpus("3")));
    }

    @Test
    void aContainerIsWhatItMayUse() throws IOException {
        file("sys/fs/cgroup/cgroup.type", "domain");
        file("sys/fs/cgroup/cpuset.cpus.effective", "2-3");
        assertThat(LinuxCpus.read(root).allowed()).isEqualTo(cpus("2-3"));
    }

    @Test
    void theSameWithTheOldHierarchy() throws IOException {
        file("sys/fs/cgroup/cpuset/cpuset.effective_cpus", "1");
        assertThat(LinuxCpus.read(root).allowed()).isEqualTo(cpus("1"));
    }

    @Test
    void whatIsMissingOrMakesNoSenseTakesNothingAway() throws IOException {
        Files.delete(root.resolve("sys/devices/system/cpu/isolated"));
        file("sys/fs/cgroup/cgroup.type", "domain");
        file("sys/fs/cgroup/cpuset.cpus.effective", "8-9");
        assertThat(LinuxCpus.read(root)).isEqualTo(CpuTopology.of(cpus("0-3,6")));
        file("sys/fs/cgroup/cpuset.cpus.effective", "many");
        assertThat(LinuxCpus.read(root)).isEqualTo(CpuTopology.of(cpus("0-3,6")));
    }

    @Test
    void withoutCpusItIsNoMachine() throws IOException {
        file("sys/devices/system/cpu/online", "some");
        assertThatThrownBy(() -> LinuxCpus.read(root)).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("sys/devices/system/cpu/online");
    }

    private void file(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text + "\n");
    }

    private static CpuSet cpus(String list) {
        return CpuSet.parse(list).orElseThrow();
    }
}
