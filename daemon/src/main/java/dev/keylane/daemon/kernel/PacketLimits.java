package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Abilities;
import dev.keylane.daemon.offload.Ability;
import dev.keylane.daemon.offload.DeviceAbilities;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import java.util.Optional;

/**
 * What a child that insists on packet offload cannot have on its device, known before its peer is asked. A device that is
 * busy, full or not there may be otherwise by the time of the answer, and is left to the installation.
 */
final class PacketLimits {
    private final HostNetwork network;
    private final DeviceAbilities abilities;

    PacketLimits(HostNetwork network, DeviceAbilities abilities) {
        this.network = network;
        this.abilities = abilities;
    }

    /** {@code children.net.hw_offload = packet: NEWSA: EINVAL (22): mlx5_core: Packet offload is not supported}. */
    Optional<String> reasonAgainst(Connection connection, ChildConfig child) {
        if (child.kernel().offload() != HwOffload.PACKET) {
            return Optional.empty();
        }
        return device(connection, child).flatMap(device -> reason(abilities.of(device), connection, child))
                .map(words -> "children." + child.name() + ".hw_offload = packet: " + words);
    }

    private Optional<String> device(Connection connection, ChildConfig child) {
        if (!child.kernel().device().isEmpty()) {
            return Optional.of(child.kernel().device());
        }
        Optional<IpAddress> local = connection.endpoints().firstLocal()
                .or(() -> connection.endpoints().firstRemote().flatMap(network::sourceFor));
        return local.flatMap(network::deviceOf);
    }

    private static Optional<String> reason(Abilities device, Connection connection, ChildConfig child) {
        if (!device.packet()) {
            return lasting(device.packetWords());
        }
        boolean tunnel = child.mode() == ChildConfig.Mode.TUNNEL;
        Ability mode = tunnel ? Ability.TUNNEL : Ability.TRANSPORT;
        if (!device.can(mode)) {
            return lasting(device.words(mode));
        }
        Ability udp = tunnel ? Ability.UDP_TUNNEL : Ability.UDP_TRANSPORT;
        if (connection.options().encap() && !device.can(udp)) {
            return lasting(device.words(udp)).map(words -> "encap = yes: " + words);
        }
        int window = child.kernel().replayWindow();
        return window != 0 && device.window(window).isEmpty()
                ? Optional.of("replay_window = " + window + ": " + device.words(Ability.WINDOW_1024))
                : Optional.empty();
    }

    /** Only what it will say again. */
    private static Optional<String> lasting(String words) {
        return Optional.of(words).filter(text -> text.contains("EINVAL") || text.contains("EOPNOTSUPP"));
    }
}
