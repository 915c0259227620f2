package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Ability;
import dev.keylane.daemon.offload.DeviceAbilities;
import dev.keylane.daemon.offload.OffloadHints;
import dev.keylane.daemon.offload.Refusal;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.ike.child.ChildLimits;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.Proposals;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a child that insists on packet offload cannot have on its device, known before its peer is asked. A device that is
 * busy, full or not there may be otherwise by the time of the answer, and is left to the installation, as is one that has
 * not been tried yet.
 */
final class PacketLimits implements ChildLimits {
    private final HostNetwork network;
    private final Egress egress;
    private final DeviceAbilities abilities;

    /** @param device that is named, empty for the one that has the address */
    record Where(String device, Optional<IpAddress> local) {
    }

    PacketLimits(HostNetwork network, DeviceAbilities abilities) {
        this.network = network;
        this.egress = new Egress(network);
        this.abilities = abilities;
    }

    /** {@code children.net.hw_offload = packet: NEWSA: EINVAL (22): mlx5_core: Packet offload is not supported (...)}. */
    Optional<String> reasonAgainst(Connection connection, ChildConfig child) {
        if (!isPacket(child)) {
            return Optional.empty();
        }
        Where where = new Where(child.kernel().device(), local(connection));
        return device(where).flatMap(device -> past(device, connection, child).or(() -> against(device, new PacketNeeds(child,
                where.local().filter(address -> !address.isV4()).isPresent(),
                connection.options().encap() ? "encap = yes" : ""))));
    }

    /** Whether a child has failed by what is said here. */
    static boolean isOne(String reason) {
        return reason.startsWith("children.") && reason.contains(SETTING);
    }

    /** The same for the statistics. */
    Refusal refusal(Connection connection, ChildConfig child, String reason) {
        Where where = where(connection, child);
        Optional<String> device = device(where);
        boolean elsewhere = device.flatMap(it -> past(it, connection, child)).filter(reason::equals).isPresent();
        return new Refusal(Rung.PACKET, device.orElse(""),
                elsewhere ? Refusal.Reason.NO_DEVICE : Refusal.Reason.UNSUPPORTED, reason);
    }

    @Override
    public Optional<String> against(ChildConfig child, IpAddress local, boolean udp) {
        return !isPacket(child) ? Optional.empty()
                : device(new Where(child.kernel().device(), Optional.of(local))).flatMap(device -> against(device,
                        new PacketNeeds(child, !local.isV4(), udp ? "in UDP, because of a NAT or encap = yes" : "")));
    }

    /**
     * Without extended sequence numbers where the device has none, but for children that demand them: with 32 bits their SAs
     * can be in it. Where software will do, too, extended numbers come after those of 32 bits.
     */
    @Override
    public List<Proposal> proposals(ChildConfig child, IpAddress local) {
        List<Proposal> all = child.proposals();
        List<Proposal> small = switch (child.kernel().offload()) {
            case PACKET -> lacksEsn(child, local) ? Proposals.withoutEsn(all) : List.of();
            case AUTO -> lacksEsn(child, local) ? all.stream().flatMap(one ->
                    Stream.concat(Proposals.withoutEsn(List.of(one)).stream(), Stream.of(one))).distinct().toList() : List.of();
            case NO, CRYPTO -> List.of();
        };
        return small.isEmpty() ? all : small;
    }

    private boolean lacksEsn(ChildConfig child, IpAddress local) {
        return device(new Where(child.kernel().device(), Optional.of(local))).flatMap(abilities::of)
                .filter(device -> device.packet() && !device.can(Ability.ESN)).isPresent();
    }

    /** What the device of a child's SAs follows from, whatever is asked of it. */
    Where where(Connection connection, ChildConfig child) {
        String device = child.kernel().device();
        return new Where(device, device.isEmpty() ? local(connection) : Optional.empty());
    }

    /** The one there is now; empty when that is not known. */
    Optional<String> device(Where where) {
        return where.device().isEmpty() ? where.local().flatMap(network::deviceOf) : Optional.of(where.device());
    }

    private Optional<IpAddress> local(Connection connection) {
        return connection.endpoints().firstLocal()
                .or(() -> connection.endpoints().firstRemote().flatMap(network::sourceFor));
    }

    private Optional<String> past(String device, Connection connection, ChildConfig child) {
        return local(connection).flatMap(local -> connection.endpoints().firstRemote()
                .flatMap(remote -> egress.past(device, child.kernel(), local, remote)))
                .map(words -> "children." + child.name() + SETTING + words);
    }

    private Optional<String> against(String device, PacketNeeds needs) {
        return abilities.of(device, able -> needs.lack(able).isEmpty()).flatMap(needs::lack).filter(PacketNeeds.Lack::lasts)
                .map(lack -> "children." + needs.child().name() + SETTING + lack.setting() + lack.words()
                        + OffloadHints.of(lack.words(), device).map(hint -> " (" + hint + ")").orElse(""));
    }

    private static boolean isPacket(ChildConfig child) {
        return child.kernel().offload() == HwOffload.PACKET;
    }

    private static final String SETTING = ".hw_offload = packet: ";
}
