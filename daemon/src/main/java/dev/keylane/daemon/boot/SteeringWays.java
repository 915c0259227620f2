package dev.keylane.daemon.boot;

import dev.keylane.ethtool.Ethtool;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.SteeringStrategy;
import dev.keylane.steering.Strategy;
import dev.keylane.steering.ntuple.NtupleStrategy;
import dev.keylane.steering.rss.SpiStrategy;
import dev.keylane.steering.xdp.FlowSpreading;
import dev.keylane.steering.xdp.XdpSettings;
import dev.keylane.steering.xdp.XdpStrategy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every way of steering there is.
 *
 * @param directory where maps and links are pinned
 * @param sas       that a program can steer at a device
 * @param rules     where it is noted which rules in devices are ours
 * @param natPort   where ESP-in-UDP arrives
 */
public record SteeringWays(Path directory, int sas, Path rules, int natPort) {
    /** Beside the control socket: two daemons of one machine need two of each. */
    public static Path rules(Path control) {
        return control.resolveSibling(control.getFileName() + ".rules");
    }

    /** The best first. */
    public List<SteeringStrategy> all() {
        InstantSource clock = InstantSource.system();
        return Stream.of(new SpiStrategy(Ethtool.LINUX, ROOT, clock),
                        new NtupleStrategy(Ethtool.LINUX, ROOT, rules, clock), new XdpStrategy(xdp().withEncapPort(natPort)))
                .sorted(Comparator.comparing(way -> Strategy.BY_COST.indexOf(way.kind()))).toList();
    }

    /** Begins to spread the plaintext that a device receives. */
    Outcome<FlowSpreading> spread(String device, List<Integer> cpus) {
        return FlowSpreading.attach(device, xdp(), cpus, new SecureRandom()::nextInt);
    }

    private XdpSettings xdp() {
        return XdpSettings.DEFAULT.withDirectory(directory).withCapacity(2 * sas);
    }

    private static final Path ROOT = Path.of("/");
}
