package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.KernelOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which devices can be used now; one that nothing is known of can. */
final class LinkTable {
    private final HostNetwork network;
    private final Map<String, LinkChange.State> states = new HashMap<>();

    LinkTable(HostNetwork network) {
        this.network = network;
    }

    /** @return whether the device, which could not be used, can be used again */
    boolean on(LinkChange change) {
        boolean cut = change.keys() == LinkChange.Keys.LOST || change.names().stream()
                .anyMatch(name -> states.getOrDefault(name, LinkChange.State.UP) != LinkChange.State.UP);
        for (String name : change.names()) {
            // What is gone is nobody's state: another device may come by its name.
            if (change.state() == LinkChange.State.GONE) {
                states.remove(name);
            } else {
                states.put(name, change.state());
            }
        }
        return cut && change.state() == LinkChange.State.UP;
    }

    /** What it is like now. Asking the machine enumerates its devices, so each thing is asked once in a look. */
    Look look() {
        return new Look();
    }

    final class Look {
        private final Map<String, Boolean> present = new HashMap<>();
        private final Map<IpAddress, Optional<String>> devices = new HashMap<>();

        boolean exists(String device) {
            return present.computeIfAbsent(device, name -> network.indexOf(name).isPresent());
        }

        boolean isUp(String device) {
            return states.getOrDefault(device, LinkChange.State.UP) == LinkChange.State.UP && exists(device);
        }

        /** The device that SAs of a child would be for now, if it can be used; empty while there is none. */
        Optional<String> deviceFor(ChildSa child) {
            KernelOptions options = child.config().kernel();
            Optional<String> device = options.device().isEmpty()
                    ? devices.computeIfAbsent(child.path().local().address(), network::deviceOf)
                    : Optional.of(options.device());
            return device.filter(this::isUp);
        }
    }
}
