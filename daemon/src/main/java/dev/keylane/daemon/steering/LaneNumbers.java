package dev.keylane.daemon.steering;

import dev.keylane.daemon.config.SteeringSettings;
import dev.keylane.ike.child.SpiChoice.Use;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.steering.NumberChoice;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.Steering;
import dev.keylane.steering.SteeringStrategy;
import dev.keylane.steering.Strategy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SPIs of SAs that a device decrypts by itself. It knows queues and no CPUs, and no program moves what it has decrypted: so
 * the lanes of a child take turns at its queues, by their SPIs. Each child begins at another queue, since many have but one
 * lane. The device is only looked at for that, and so this is done wherever nothing else is said. Of one thread.
 */
final class LaneNumbers {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final List<SteeringStrategy> ways;
    private final SteeringSettings settings;
    private final Function<IpAddress, Optional<String>> devices;
    private final Map<String, Outcome<Steering>> looked = new HashMap<>();
    private final Map<String, String> told = new HashMap<>();

    /**
     * @param devices that have an address
     */
    LaneNumbers(List<SteeringStrategy> ways, SteeringSettings settings, Function<IpAddress, Optional<String>> devices) {
        this.ways = ways.stream().filter(way -> way.kind() == Strategy.SPI).toList();
        this.settings = settings;
        this.devices = devices;
    }

    /** Whether a device is to decrypt it by itself. The one for all is the first lane. */
    static boolean isLane(Use use) {
        return use.resource().perCpu() && switch (use.config().kernel().offload()) {
            case PACKET, AUTO -> use.config().perCpu() != ChildConfig.PerCpu.NO;
            case NO, CRYPTO -> false;
        };
    }

    /** One that the device puts on the lane's queue; empty where any is as good. */
    Optional<Integer> choose(Use use, IntSupplier draws) {
        KernelOptions options = use.config().kernel();
        Optional<String> device = options.device().isEmpty() ? devices.apply(use.path().local().address())
                : Optional.of(options.device());
        return device.filter(name -> settings.choosesForLanes(options.steering(), name))
                .flatMap(name -> switch (numbers(name, use, draws)) {
                    case Outcome.Done<Integer>(Integer spi) -> Optional.of(spi);
                    case Outcome.Rejected<Integer>(Rejection reason) -> {
                        // With auto there may be neither lanes nor a device that decrypts.
                        if (options.offload() == KernelOptions.HwOffload.PACKET) {
                            tell(name, "SPIs of lanes are left to chance: " + reason.text());
                        }
                        yield Optional.<Integer>empty();
                    }
                });
    }

    private Outcome<Integer> numbers(String device, Use use, IntSupplier draws) {
        return switch (looked.computeIfAbsent(device, this::look)) {
            case Outcome.Rejected<Steering>(Rejection reason) -> new Outcome.Rejected<>(reason);
            case Outcome.Done<Steering>(Steering on) -> {
                tell(device, "SPIs of lanes are chosen by its queues: " + on.status().mode());
                yield numbers(on.numbers().orElseThrow(), use, draws);
            }
        };
    }

    private static Outcome<Integer> numbers(NumberChoice numbers, Use use, IntSupplier draws) {
        IpAddress peer = use.path().remote().address();
        int first = Math.floorMod(Objects.hash(peer, use.config().name()), MOST_QUEUES);
        return numbers.laneSpi(peer, use.path().local().address(), first + Math.max(0, use.resource().cpu()), draws);
    }

    private Outcome<Steering> look(String device) {
        return ways.getFirst().attach(device);
    }

    /** Devices may have been changed, or be others by now. */
    void forget() {
        looked.clear();
    }

    private void tell(String device, String what) {
        if (!what.equals(told.put(device, what))) {
            LOG.info("{}: {}", device, what);
        }
    }

    /** Some power of two: each queue of fewer is as often the first. */
    private static final int MOST_QUEUES = 1 << 16;
}
