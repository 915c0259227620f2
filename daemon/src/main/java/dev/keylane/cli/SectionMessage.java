package dev.keylane.cli;

import dev.keylane.daemon.config.Section;
import dev.keylane.daemon.config.Setting;
import dev.keylane.daemon.vici.ViciMessage;
import java.util.Set;

/** A section of a settings file as the control socket wants it: some keys are lists there. */
final class SectionMessage {
    private SectionMessage() {
    }

    static ViciMessage of(Section section) {
        ViciMessage.Builder message = ViciMessage.builder();
        section.settings().forEach((key, setting) -> {
            switch (setting) {
                case Setting.Items items -> message.list(key, items.items());
                case Setting.Scalar scalar when LISTS.contains(key) -> message.list(key, scalar.split());
                case Setting.Scalar scalar -> message.set(key, scalar.text());
            }
        });
        section.sections().forEach((name, inner) -> message.section(name, of(inner)));
        return message.build();
    }

    private static final Set<String> LISTS = Set.of("local_addrs", "remote_addrs", "proposals", "esp_proposals",
            "ah_proposals", "local_ts", "remote_ts", "vips", "pools", "groups", "cert_policy");
}
