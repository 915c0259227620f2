package dev.keylane.steering.rss;

import dev.keylane.ethtool.Ethtool;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.Steering;
import dev.keylane.steering.SteeringStrategy;
import dev.keylane.steering.Strategy;
import dev.keylane.steering.queue.Recent;
import java.nio.file.Path;
import java.time.InstantSource;

/** Steering by SPIs, and ports that peers send ESP in UDP from, that the device's own hash puts right. */
public final class SpiStrategy implements SteeringStrategy {
    private final Ethtool ethtool;
    private final Path root;
    private final InstantSource clock;

    /**
     * @param root  {@code /}
     * @param clock tells when to read anew what the device does
     */
    public SpiStrategy(Ethtool ethtool, Path root, InstantSource clock) {
        this.ethtool = ethtool;
        this.root = root;
        this.clock = clock;
    }

    @Override
    public Strategy kind() {
        return Strategy.SPI;
    }

    @Override
    public Fitness examine(String device) {
        return switch (DeviceHash.read(ethtool, root, device)) {
            case Outcome.Done<DeviceHash>(DeviceHash hash) when hash.traffic().onlyUdp() -> Fitness.fitsInPart(hash.summary());
            case Outcome.Done<DeviceHash>(DeviceHash hash) -> Fitness.fits(hash.summary());
            case Outcome.Rejected<DeviceHash>(Rejection reason) -> Fitness.unfit(reason.text());
        };
    }

    @Override
    public Outcome<Steering> attach(String device) {
        return switch (DeviceHash.read(ethtool, root, device)) {
            case Outcome.Done<DeviceHash> _ -> new Outcome.Done<>(new SpiSteering(device,
                    new Recent<>(() -> DeviceHash.read(ethtool, root, device), clock)));
            case Outcome.Rejected<DeviceHash>(Rejection reason) -> new Outcome.Rejected<>(reason);
        };
    }
}
