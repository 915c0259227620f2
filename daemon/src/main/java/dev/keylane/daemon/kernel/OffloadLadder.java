package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.xfrm.SaSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Which kinds of hardware offload are tried for a child, in order, and on which device. */
final class OffloadLadder {
    private final HostNetwork network;

    OffloadLadder(HostNetwork network) {
        this.network = network;
    }

    /**
     * Both states and the policies of a child always stand on the same rung: the kernel never combines a
     * packet-offload policy with another kind of state.
     *
     * @return empty elements mean software; an empty list, that the device that is asked for does not exist
     */
    List<Optional<SaSpec.Offload>> rungs(KernelOptions options, IpAddress local) {
        Optional<String> device = options.device().isEmpty()
                ? network.deviceOf(local) : Optional.of(options.device());
        Optional<SaSpec.Offload> packet = device.map(name -> new SaSpec.Offload(name, true));
        Optional<SaSpec.Offload> crypto = device.map(name -> new SaSpec.Offload(name, false));
        return switch (options.offload()) {
            case NO -> List.of(Optional.empty());
            case CRYPTO -> device.isPresent() ? List.of(crypto) : List.of();
            case PACKET -> device.isPresent() ? List.of(packet) : List.of();
            case AUTO -> device.isPresent()
                    ? List.of(packet, crypto, Optional.empty()) : List.of(Optional.empty());
        };
    }

    /** The interface policies are restricted to, 0 for none; empty when it does not exist. */
    OptionalInt ifindex(KernelOptions options) {
        return options.device().isEmpty() ? OptionalInt.of(0) : network.indexOf(options.device());
    }
}
