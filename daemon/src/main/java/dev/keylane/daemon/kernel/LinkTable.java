package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.ChildSa;
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

    boolean exists(String device) {
        return network.indexOf(device).isPresent();
    }

    boolean isUp(String device) {
        return exists(device)
                && states.getOrDefault(device, LinkChange.State.UP) == LinkChange.State.UP;
    }

    /** The device that SAs of a child would be for now, if it can be used; empty while there is none. */
    Optional<String> deviceFor(ChildSa child) {
        KernelOptions options = child.config().kernel();
        Optional<String> device = options.device().isEmpty()
                ? network.deviceOf(child.path().local().address()) : Optional.of(options.device());
        return device.filter(this::isUp);
    }
}
