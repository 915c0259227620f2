package dev.keylane.daemon.boot;

import dev.keylane.daemon.kernel.EarlyArrivals;
import dev.keylane.linux.LinuxException;
import dev.keylane.netfilter.EarlyEsp;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The packet filter holds them. It is a nicety: keying goes on when it fails. */
final class LinuxEarlyArrivals implements EarlyArrivals {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final EarlyEsp early;
    private final Set<Integer> expected = new HashSet<>();

    private LinuxEarlyArrivals(EarlyEsp early) {
        this.early = early;
    }

    static EarlyArrivals open(int natTraversalPort) {
        try {
            return new LinuxEarlyArrivals(EarlyEsp.open(natTraversalPort));
        } catch (LinuxException refused) {
            LOG.info("packets that come before their SA is installed will be dropped: {}", refused.getMessage());
            return DROPPED;
        }
    }

    @Override
    public void expect(int spi) {
        try {
            early.expect(spi);
            expected.add(spi);
        } catch (LinuxException refused) {
            LOG.warn("packets for SPI {} cannot be held until its SA is installed: {}", "%08x".formatted(spi),
                    refused.getMessage());
        }
    }

    @Override
    public void release(int spi) {
        if (expected.remove(spi)) {
            early.release(spi);
        }
    }

    @Override
    public void drop(int spi) {
        int lost = expected.remove(spi) ? early.drop(spi) : 0;
        if (lost > 0) {
            LOG.info("{} packets for SPI {} came before its SA was in the device, which counts by itself: dropped", lost,
                    "%08x".formatted(spi));
        }
    }

    @Override
    public void close() {
        LOG.debug("{} packets came before their SA was installed and were held", early.held());
        early.close();
    }
}
