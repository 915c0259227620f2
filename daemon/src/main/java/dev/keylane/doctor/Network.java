package dev.keylane.doctor;

import dev.keylane.bpf.XdpHook;
import dev.keylane.rtnetlink.HardwareFilters;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The devices of a network namespace, and what hangs on them. */
public interface Network {
    /** Names of those that have an address, without loopback. */
    List<String> addressed();

    OptionalInt index(String device);

    /** The filters of traffic control that a device carries out itself. */
    Set<HardwareFilters.Filter> hardwareFilters(int index);

    Optional<XdpHook> xdp(int index);

    /** How many programs there are where a device sends, or a negated errno. */
    int sendingPrograms(int index);
}
