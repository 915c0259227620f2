package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Refusal;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.xfrm.SaSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** Which kinds of hardware offload are tried for a child, in order, and on which device. */
final class OffloadLadder {
    private final HostNetwork network;
    private final Predicate<String> trusted;

    OffloadLadder(HostNetwork network) {
        this(network, _ -> true);
    }

    /** @param trusted whether a device does what it accepts */
    OffloadLadder(HostNetwork network, Predicate<String> trusted) {
        this.network = network;
        this.trusted = trusted;
    }

    /**
     * Both states and the policies of a child always stand on the same rung: the kernel never combines a
     * packet-offload policy with another kind of state.
     *
     * @return empty elements mean software; an empty list, that the device that is asked for does not exist
     */
    List<Optional<SaSpec.Offload>> rungs(KernelOptions options, IpAddress local) {
        Optional<String> device = device(options, local);
        Optional<SaSpec.Offload> packet = device.map(name -> new SaSpec.Offload(name, true));
        Optional<SaSpec.Offload> crypto = device.map(name -> new SaSpec.Offload(name, false));
        return switch (options.offload()) {
            case NO -> List.of(Optional.empty());
            case CRYPTO -> device.isPresent() ? List.of(crypto) : List.of();
            case PACKET -> device.isPresent() ? List.of(packet) : List.of();
            case AUTO -> device.filter(trusted).isPresent()
                    ? List.of(packet, crypto, Optional.empty()) : List.of(Optional.empty());
        };
    }

    private Optional<String> device(KernelOptions options, IpAddress local) {
        return options.device().isEmpty() ? network.deviceOf(local) : Optional.of(options.device());
    }

    /** Rungs that are left out, since the device has lied. */
    List<Refusal> distrusted(KernelOptions options, IpAddress local) {
        return options.offload() != HwOffload.AUTO ? List.of()
                : device(options, local).filter(trusted.negate()).map(Refusal::idle).stream().toList();
    }

    /** The interface policies are restricted to, 0 for none; empty when it does not exist. */
    OptionalInt ifindex(KernelOptions options) {
        return options.device().isEmpty() ? OptionalInt.of(0) : network.indexOf(options.device());
    }
}
