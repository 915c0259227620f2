package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.config.Origin;
import dev.keylane.daemon.config.Section;
import dev.keylane.daemon.config.Setting;
import dev.keylane.daemon.vici.ViciMessage;

/** A section of a message as the configuration readers want it. */
final class Settings {
    private Settings() {
    }

    static Section section(ViciMessage.Section section) {
        Section.Builder settings = Section.named(section.name(), Origin.VICI);
        fill(settings, section.content());
        return settings.build();
    }

    private static void fill(Section.Builder settings, ViciMessage message) {
        for (ViciMessage.Element element : message.elements()) {
            switch (element) {
                case ViciMessage.Value value ->
                        settings.set(value.name(), new Setting.Scalar(value.text(), Origin.VICI));
                case ViciMessage.Items items ->
                        settings.set(items.name(), new Setting.Items(items.texts(), Origin.VICI));
                case ViciMessage.Section(String name, ViciMessage content) ->
                        fill(settings.section(name, Origin.VICI), content);
            }
        }
    }
}
