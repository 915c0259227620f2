package dev.keylane.daemon.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** This process and its JVM, by the names that client libraries have agreed on. */
final class ProcessFamilies {
    private ProcessFamilies() {
    }

    static void write(Exposition out) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            out.counter("process_cpu_seconds", "CPU time of the process")
                    .add("", system.getProcessCpuTime() / 1e9);
            out.gauge("process_open_fds", "open file descriptors").add("", system.getOpenFileDescriptorCount());
            out.gauge("process_max_fds", "file descriptors there may be").add("", system.getMaxFileDescriptorCount());
        }
        out.gauge("process_start_time_seconds", "when the process started, in Unix seconds")
                .add("", Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()));
        out.gauge("process_resident_memory_bytes", "memory of the process that is in RAM").add("", residentOctets());
        out.gauge("jvm_threads_current", "threads of the JVM").add("", ManagementFactory.getThreadMXBean().getThreadCount());
        memory(out);
        collections(out);
    }

    private static void memory(Exposition out) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        Map<String, MemoryUsage> areas = Map.of("heap", memory.getHeapMemoryUsage(), "nonheap", memory.getNonHeapMemoryUsage());
        memory(out, areas, "jvm_memory_used_bytes", "memory of the JVM in use", MemoryUsage::getUsed);
        memory(out, areas, "jvm_memory_committed_bytes", "memory of the JVM that it has from the system", MemoryUsage::getCommitted);
        memory(out, areas, "jvm_memory_max_bytes", "memory of the JVM that it may have, -1 without a limit", MemoryUsage::getMax);
    }

    private static void memory(Exposition out, Map<String, MemoryUsage> areas, String name, String help,
                               ToLongFunction<MemoryUsage> value) {
        out.gauge(name, help);
        areas.forEach((area, usage) -> out.add(Labels.of("area", area), value.applyAsLong(usage)));
    }

    private static void collections(Exposition out) {
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        collections(out, collectors, "jvm_gc_collections", "garbage collections", GarbageCollectorMXBean::getCollectionCount);
        collections(out, collectors, "jvm_gc_collection_seconds", "time that garbage collections have taken",
                collector -> collector.getCollectionTime() / 1000.0);
    }

    private static void collections(Exposition out, List<GarbageCollectorMXBean> collectors, String name, String help,
                                    ToDoubleFunction<GarbageCollectorMXBean> value) {
        out.counter(name, help);
        collectors.forEach(collector -> out.add(Labels.of("gc", collector.getName()), value.applyAsDouble(collector)));
    }

    /** 0 when it cannot be read. */
    private static long residentOctets() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:")).map(line -> line.replaceAll("\\D", ""))
                    .filter(digits -> !digits.isEmpty()).mapToLong(Long::parseLong).findFirst().orElse(0) * KIB;
        } catch (IOException unreadable) {
            return 0;
        }
    }

    private static final long KIB = 1024;
}
