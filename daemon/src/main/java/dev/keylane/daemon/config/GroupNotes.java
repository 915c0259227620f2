package dev.keylane.daemon.config;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;

/** Whether the group that may use the control socket is there: a start without it fails. */
final class GroupNotes {
    private GroupNotes() {
    }

    /** @param settings the daemon's own */
    static Optional<ConfigNote> of(Section settings) {
        String key = DaemonKeys.GROUP.name();
        return settings.setting(key).flatMap(setting -> name(setting).filter(name -> !exists(name))
                .map(name -> new ConfigNote(setting.origin(), key, "there is no group " + name + " now, and a start fails without it")));
    }

    private static Optional<String> name(Setting setting) {
        return setting.items().size() == 1 ? DaemonKeys.GROUP.format().read(setting.items().getFirst()).asOptional() : Optional.empty();
    }

    /** True as well where nobody can say. */
    private static boolean exists(String name) {
        try {
            FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
            return true;
        } catch (UserPrincipalNotFoundException unknown) {
            return false;
        } catch (IOException unreadable) {
            return true;
        }
    }
}
