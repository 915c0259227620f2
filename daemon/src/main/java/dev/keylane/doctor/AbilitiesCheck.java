package dev.keylane.doctor;

import dev.keylane.daemon.offload.Abilities;
import dev.keylane.daemon.offload.Ability;
import dev.keylane.daemon.offload.DeviceProbe;
import dev.keylane.daemon.offload.OffloadHint;
import dev.keylane.daemon.offload.OffloadHints;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the device takes, by throw-away states; only of devices that announce something. */
final class AbilitiesCheck implements DeviceCheck {
    private static final String CRYPTO = "crypto-offload";
    private static final String PACKET = "packet-offload";

    @Override
    public List<Finding> of(Sight sight, Device device) {
        if (!device.offloads()) {
            return List.of();
        }
        return switch (sight.xfrm()) {
            case Xfrm.Open(var kernel, _) ->
                    findings(new DeviceProbe(kernel, sight.ethtool(), new SecureRandom()).of(device.name()), device);
            case Xfrm.Closed _ -> List.of(Finding.needsRoot(CRYPTO), Finding.needsRoot(PACKET));
        };
    }

    private static List<Finding> findings(Abilities abilities, Device device) {
        List<Finding> findings = new ArrayList<>();
        findings.add(abilities.can(Ability.CRYPTO) ? new Finding.Ok(CRYPTO, "takes a state")
                : refused(CRYPTO, abilities.words(Ability.CRYPTO), device));
        if (!abilities.packet()) {
            findings.add(refused(PACKET, abilities.packetWords(), device));
            return findings;
        }
        String windows = Abilities.windows().entrySet().stream().filter(window -> abilities.can(window.getValue()))
                .map(window -> window.getKey().toString()).collect(Collectors.joining(", "));
        findings.add(new Finding.Ok(PACKET, "takes states and policies, replay windows of "
                + (windows.isEmpty() ? "no size" : windows + " packets")));
        for (Ability ability : WORTH_A_WORD) {
            findings.add(abilities.can(ability) ? new Finding.Ok(name(ability), ability.words())
                    : lacking(ability, abilities.words(ability), device));
        }
        return findings;
    }

    private static Finding refused(String check, String words, Device device) {
        Optional<OffloadHint> hint = OffloadHints.of(words, device.name());
        return new Finding.Warn(check, words + hint.map(why -> ": " + why.reason()).orElse(""),
                hint.map(OffloadHint::command).map(device::with).orElse("hw_offload = auto"));
    }

    /** What some cards never have is no reason to worry. */
    private static Finding lacking(Ability ability, String words, Device device) {
        String check = name(ability);
        return switch (ability) {
            case TUNNEL, ESN -> refused(check, words, device);
            case DUPLICATES -> new Finding.Warn(check, words + ": where an SA is rekeyed, the old one goes before the new one"
                    + " comes", "hw_offload = crypto, if nothing may be lost between");
            case CRYPTO, TRANSPORT, IPV6, WINDOW_32, WINDOW_64, WINDOW_128, WINDOW_256, WINDOW_1024, UDP_TRANSPORT, UDP_TUNNEL,
                 INTERFACE_ID, POLICY, PRIORITY, ICMPV6 -> new Finding.Ok(check, "not " + ability.words() + ": " + words);
        };
    }

    private static String name(Ability ability) {
        return PACKET + "-" + ability.label();
    }

    private static final List<Ability> WORTH_A_WORD = List.of(Ability.TRANSPORT, Ability.TUNNEL, Ability.IPV6, Ability.ESN,
            Ability.UDP_TRANSPORT, Ability.UDP_TUNNEL, Ability.DUPLICATES);
    static final List<String> NAMES = Stream.concat(Stream.of(CRYPTO, PACKET), WORTH_A_WORD.stream().map(AbilitiesCheck::name))
            .toList();
}
