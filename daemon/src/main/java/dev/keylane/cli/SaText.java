package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An IKE SA in the form of {@code swanctl --list-sas}. */
final class SaText {
    private final List<String> lines = new ArrayList<>();

    private SaText() {
    }

    static List<String> lines(ViciMessage.Section sa) {
        SaText text = new SaText();
        text.ike(sa.name(), new Keys(sa.content()));
        sa.content().section("child-sas").stream().flatMap(children -> children.sections().stream())
                .forEach(child -> text.child(new Keys(child.content())));
        return text.lines;
    }

    private void ike(String name, Keys keys) {
        boolean initiator = keys.flag("initiator");
        lines.add("%s: #%s, %s, IKEv%s, %s_i%s %s_r%s".formatted(name, keys.text("uniqueid"), keys.text("state"),
                keys.text("version"), keys.text("initiator-spi"), initiator ? "*" : "", keys.text("responder-spi"),
                initiator ? "" : "*"));
        lines.add("  local  " + side(keys, "local"));
        lines.add("  remote " + side(keys, "remote"));
        if (!keys.algorithms().isEmpty()) {
            lines.add("  " + keys.algorithms());
        }
        if (keys.number("established") != null) {
            lines.add("  established " + keys.number("established") + "s ago" + after(keys, "rekey-time", "rekeying"));
        }
    }

    private static String side(Keys keys, String side) {
        return "'%s' @ %s[%s]".formatted(keys.text(side + "-id"), keys.text(side + "-host"), keys.text(side + "-port"));
    }

    private static String after(Keys keys, String key, String what) {
        return Optional.ofNullable(keys.number(key)).map(seconds -> ", " + what + " in " + seconds + "s").orElse("");
    }

    private void child(Keys keys) {
        String cpu = keys.message().text("lane").map(lane -> ", lane " + lane + " of " + keys.text("lanes"))
                .orElse(keys.flag("per-cpu-sas") ? ", cpu " + keys.message().text("cpu").orElse("-") : "");
        String protocol = keys.text("protocol");
        lines.add("  %s: #%s, reqid %s%s, %s, %s%s%s".formatted(keys.text("name"), keys.text("uniqueid"),
                keys.text("reqid"), cpu, keys.text("state"), keys.text("mode"), keys.flag("encap") ? "-in-UDP" : "",
                protocol.isEmpty() ? "" : ", " + protocol + ":" + keys.algorithms()
                        + (keys.flag("esn") ? "/ESN" : "")));
        if (!protocol.isEmpty()) {
            lines.add("    installed " + keys.text("install-time") + "s ago" + after(keys, "rekey-time", "rekeying")
                    + after(keys, "life-time", "expires"));
            offload(keys);
            direction(keys, "in", "in ");
            direction(keys, "out", "out");
        }
        lines.add("    local  " + String.join(" ", keys.message().list("local-ts")));
        lines.add("    remote " + String.join(" ", keys.message().list("remote-ts")));
    }

    private void offload(Keys keys) {
        String asked = keys.text("hw-offload-asked");
        if (!asked.isEmpty()) {
            String device = keys.text("hw-device");
            lines.add("    hw_offload " + asked + ": " + keys.message().text("hw-offload").orElse("software")
                    + (device.isEmpty() ? "" : " on " + device));
            keys.message().list("hw-offload-refused").forEach(refusal -> lines.add("      refused " + refusal));
        }
    }

    /** Mark and XFRM interface id, as swanctl writes them. */
    private static String marks(Keys keys, String direction) {
        String mark = keys.mark(direction);
        String id = keys.text("if-id-" + direction);
        return mark == null && id.isEmpty() ? ""
                : " (" + (mark == null ? "-" : mark) + (id.isEmpty() ? "" : "|0x" + id) + ")";
    }

    private void direction(Keys keys, String direction, String label) {
        String used = Optional.ofNullable(keys.number("use-" + direction)).map(", %5ds ago"::formatted).orElse("");
        lines.add("    %s %s%s, %6s bytes, %5s packets%s".formatted(label, keys.text("spi-" + direction),
                marks(keys, direction), keys.text("bytes-" + direction), keys.text("packets-" + direction), used));
    }
}
