package dev.keylane.daemon.boot;

import dev.keylane.steering.SteeringStrategy;
import dev.keylane.steering.xdp.XdpSettings;
import dev.keylane.steering.xdp.XdpStrategy;
import java.nio.file.Path;
import java.util.List;

/** Every way of steering there is. */
public final class SteeringWays {
    private SteeringWays() {
    }

    /**
     * The best first.
     *
     * @param directory where maps and links are pinned
     * @param natPort   where ESP-in-UDP arrives
     */
    public static List<SteeringStrategy> all(Path directory, int natPort) {
        return List.of(new XdpStrategy(XdpSettings.DEFAULT.withDirectory(directory).withEncapPort(natPort)));
    }
}
