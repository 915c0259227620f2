package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Abilities;
import dev.keylane.daemon.offload.Ability;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.proposal.Proposals;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a child wants of the device that is to do its packet offload.
 *
 * @param v6  whether the hosts have IPv6 addresses
 * @param udp what puts its packets in UDP, such as {@code encap = yes}; empty when nothing does
 */
record PacketNeeds(ChildConfig child, boolean v6, String udp) {
    /**
     * What it lacks.
     *
     * @param setting that asks for it, with a colon behind; may be empty
     * @param words   the kernel's
     */
    record Lack(String setting, String words) {
        /** Whether the device will say the same again. A busy one, one that is full or not there yet may not. */
        boolean lasts() {
            return words.contains("EINVAL") || words.contains("EOPNOTSUPP");
        }
    }

    /** The first thing that is missing. */
    Optional<Lack> lack(Abilities device) {
        if (!device.packet()) {
            return Optional.of(new Lack("", device.packetWords()));
        }
        boolean tunnel = child.mode() == ChildConfig.Mode.TUNNEL;
        List<Optional<Lack>> lacks = new ArrayList<>();
        lacks.add(unless(device, tunnel ? Ability.TUNNEL : Ability.TRANSPORT, ""));
        lacks.add(v6 ? unless(device, Ability.IPV6, "") : Optional.empty());
        lacks.add(udp.isEmpty() ? Optional.empty()
                : unless(device, tunnel ? Ability.UDP_TUNNEL : Ability.UDP_TRANSPORT, udp + ": "));
        lacks.add(isExtendedOnly() ? unless(device, Ability.ESN, "esp_proposals: ") : Optional.empty());
        lacks.add(window(device));
        lacks.add(child.kernel().marks().ifIdIn() == 0 ? Optional.empty()
                : unless(device, Ability.INTERFACE_ID, "if_id_in: "));
        lacks.add(hasOtherProtocol() ? unless(device, Ability.ICMPV6, "local_ts, remote_ts: ") : Optional.empty());
        return lacks.stream().flatMap(Optional::stream).findFirst();
    }

    private static Optional<Lack> unless(Abilities device, Ability ability, String setting) {
        return device.can(ability) ? Optional.empty() : Optional.of(new Lack(setting, device.words(ability)));
    }

    private Optional<Lack> window(Abilities device) {
        int window = child.kernel().replayWindow();
        return window == 0 || device.window(window).isPresent() ? Optional.empty()
                : Optional.of(new Lack("replay_window = " + window + ": ", device.words(Ability.WINDOW_1024)));
    }

    /** Whether every proposal asks for extended sequence numbers. */
    private boolean isExtendedOnly() {
        return !child.proposals().isEmpty() && Proposals.withoutEsn(child.proposals()).isEmpty();
    }

    private boolean hasOtherProtocol() {
        return Stream.concat(child.localTs().stream(), child.remoteTs().stream()).mapToInt(TsPattern::protocol)
                .anyMatch(protocol -> !KNOWN_PROTOCOLS.contains(protocol));
    }

    /** Any, TCP and UDP: all that mlx5 can tell. */
    private static final List<Integer> KNOWN_PROTOCOLS = List.of(0, 6, 17);
}
