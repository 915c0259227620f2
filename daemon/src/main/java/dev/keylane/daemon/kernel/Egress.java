package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.KernelOptions;
import java.util.Optional;
import java.util.Set;

/**
 * By which device packets really leave. Linux sends none by the packet offload of another one, be it below a VLAN, in a
 * bond, or on another route: it drops them (net/xfrm/xfrm_device.c, xfrm_dev_offload_ok), and with crypto offload encrypts
 * them by itself.
 */
final class Egress {
    private final HostNetwork network;

    Egress(HostNetwork network) {
        this.network = network;
    }

    /** {@code packets to 10.0.0.2 leave by nic1.100, not by nic1}; empty when they pass the device, or nobody knows. */
    Optional<String> past(String device, KernelOptions options, IpAddress local, IpAddress remote) {
        // A mark of the SA's own may lead its packets another way.
        Set<String> by = options.marks().setOut().isSet() ? Set.of() : network.egress(local, remote);
        return by.isEmpty() || by.equals(Set.of(device)) ? Optional.empty()
                : Optional.of((network.indexOf(device).isEmpty() ? "there is no device " + device + ", and " : "")
                        + "packets to " + remote + " leave by " + String.join(" and ", by) + ", not by " + device
                        + (by.contains(device) ? " alone" : "") + hint(options, by));
    }

    private static String hint(KernelOptions options, Set<String> by) {
        return options.device().isEmpty() && by.size() == 1 ? " (interface = " + by.iterator().next() + " would name that)" : "";
    }
}
