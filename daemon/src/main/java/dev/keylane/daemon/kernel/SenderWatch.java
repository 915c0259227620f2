package dev.keylane.daemon.kernel;

import java.util.List;

/**
 * How it is found out which CPUs send.
 *
 * @param devices where a program watches what is sent, in the order of their names
 * @param problem why CPUs are found by the kernel's acquires instead, all or some; empty when they are not
 */
public record SenderWatch(List<String> devices, String problem) {
    public static final SenderWatch NONE = new SenderWatch(List.of(), "");

    public SenderWatch {
        devices = List.copyOf(devices);
    }
}
