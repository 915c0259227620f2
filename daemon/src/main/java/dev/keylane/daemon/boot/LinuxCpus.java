package dev.keylane.daemon.boot;

import dev.keylane.pcpu.CpuSet;
import dev.keylane.pcpu.CpuTopology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The CPUs of this machine, from files below a root. What the daemon itself is bound to does not count, since others
 * send; a container's cpuset does, since it binds everybody inside. On the host nobody is bound by the root of the
 * hierarchy: there, CPUs that its cpuset lacks belong to partitions, which may send as well.
 */
final class LinuxCpus {
    private final Path root;

    private LinuxCpus(Path root) {
        this.root = root;
    }

    /** @throws UncheckedIOException when even the CPUs that are online cannot be read */
    static CpuTopology read(Path root) {
        LinuxCpus files = new LinuxCpus(root);
        CpuSet online = files.list(CPU + "online").orElseThrow(() ->
                new UncheckedIOException(new IOException("/" + CPU + "online is not a list of CPUs")));
        return new CpuTopology(online, files.container().filter(cpus -> !cpus.and(online).isEmpty()).orElse(online),
                files.list(CPU + "isolated").orElse(CpuSet.EMPTY));
    }

    /** The root of the hierarchy has no cgroup.type; what a container sees as its root has one. */
    private Optional<CpuSet> container() {
        return Files.exists(root.resolve(CGROUP + "cgroup.type")) ? list(CGROUP + "cpuset.cpus.effective")
                : list(CGROUP + "cpuset/cpuset.effective_cpus");
    }

    private Optional<CpuSet> list(String file) {
        try {
            return CpuSet.parse(Files.readString(root.resolve(file)));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static final String CPU = "sys/devices/system/cpu/";
    private static final String CGROUP = "sys/fs/cgroup/";
}
