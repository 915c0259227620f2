package dev.keylane.daemon.metrics;

import java.util.TreeMap;

/** What came to grief in the kernel. */
final class KernelFamilies {
    private KernelFamilies() {
    }

    static void write(Sample sample, Exposition out) {
        out.gauge("keylane_kernel_up", "whether the kernel tells of its SAs").add("", sample.problem().isEmpty() ? 1 : 0);
        out.counter("keylane_kernel_lost_packets",
                "packets that IPsec in the kernel has thrown away, by its own name of the reason (/proc/net/xfrm_stat)");
        new TreeMap<>(sample.reading().lost()).forEach((reason, count) -> out.add(Labels.of("reason", reason), count));
        out.counter("keylane_netlink_overruns", "times the kernel had more events to tell than there was room for")
                .add("", sample.overruns());
    }
}
