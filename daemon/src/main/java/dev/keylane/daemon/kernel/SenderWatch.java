package dev.keylane.daemon.kernel;

import java.util.List;
import java.util.Map;

/**
 * How it is found out which CPUs send.
 *
 * @param devices where a program watches what is sent, in the order of their names
 * @param problem why CPUs are found by the kernel's acquires instead, all or some; empty when they are not
 * @param plans   of per-CPU children by how they learn which CPUs send: {@code program} or {@code acquires}
 */
public record SenderWatch(List<String> devices, String problem, Map<String, Long> plans) {
    public static final SenderWatch NONE = new SenderWatch(List.of(), "", Map.of());

    public SenderWatch {
        devices = List.copyOf(devices);
        plans = Map.copyOf(plans);
    }
}
