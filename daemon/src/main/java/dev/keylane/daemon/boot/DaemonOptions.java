package dev.keylane.daemon.boot;

import dev.keylane.daemon.http.HttpOptions;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.EndpointSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a daemon is run.
 *
 * @param version what this program calls itself to those who ask
 * @param listen  addresses to speak IKE from; none for those the connections name
 * @param control path of the control socket, empty for none
 * @param group   who may use the control socket besides its owner, empty for the process's group
 * @param http    where metrics and health are served, empty for nowhere
 * @param keyTable where the keys of IKE SAs are written to, empty for nowhere
 */
public record DaemonOptions(String version, EndpointSettings settings, List<IpAddress> listen,
                            Optional<Path> control, Optional<String> group, Optional<HttpOptions> http, Optional<Path> keyTable) {
    /** One that writes no keys, and whose control socket is the process's. */
    public DaemonOptions(String version, EndpointSettings settings, List<IpAddress> listen, Optional<Path> control,
                         Optional<HttpOptions> http) {
        this(version, settings, listen, control, Optional.empty(), http, Optional.empty());
    }

    public DaemonOptions {
        listen = List.copyOf(listen);
    }
}
