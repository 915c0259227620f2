package dev.keylane.daemon.config;

import dev.keylane.ike.policy.EndpointSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of the daemon itself.
 *
 * @param replayWindow  packets, for children that do not say
 * @param controlSocket where the control socket is wanted, empty for the usual place
 * @param group         who else may use it, a group's name; empty for the owner and the process's group alone
 */
public record DaemonSettings(EndpointSettings endpoint, int replayWindow, Optional<Path> controlSocket, Optional<String> group,
                             SteeringSettings steering, HttpSettings http, LogSettings log) {
    public static final DaemonSettings DEFAULT = new DaemonSettings(EndpointSettings.DEFAULT, 32, Optional.empty(), Optional.empty(),
            SteeringSettings.DEFAULT, HttpSettings.NONE, LogSettings.DEFAULT);
}
