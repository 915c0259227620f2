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
import java.util.function.Supplier;
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
    private final Map<Told, Boolean> told = new HashMap<>();

    /** What was said of a device, for each family: whether SPIs are chosen. */
    private record Told(String device, boolean v4) {
    }

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
                .flatMap(name -> switch (looked.computeIfAbsent(name, this::look)) {
                    case Outcome.Rejected<Steering>(Rejection reason) -> leftToChance(name, use, reason);
                    case Outcome.Done<Steering>(Steering on) -> chosen(name, on, use, draws);
                });
    }

    private Optional<Integer> chosen(String device, Steering on, Use use, IntSupplier draws) {
        return switch (numbers(on.numbers().orElseThrow(), use, draws)) {
            case Outcome.Rejected<Integer>(Rejection reason) -> leftToChance(device, use, reason);
            case Outcome.Done<Integer>(Integer spi) -> {
                tell(device, use, true, () -> "SPIs of lanes are chosen by its queues: " + on.status().mode());
                yield Optional.of(spi);
            }
        };
    }

    private Optional<Integer> leftToChance(String device, Use use, Rejection reason) {
        // With auto there may be neither lanes nor a device that decrypts.
        if (use.config().kernel().offload() == KernelOptions.HwOffload.PACKET) {
            tell(device, use, false, () -> "SPIs of lanes are left to chance: " + reason.text());
        }
        return Optional.empty();
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

    /** When it has changed; a device may know the SPIs of one family. */
    private void tell(String device, Use use, boolean chosen, Supplier<String> what) {
        Boolean before = told.put(new Told(device, use.path().local().address().isV4()), chosen);
        if (before == null || before != chosen) {
            LOG.info("{}: {}", device, what.get());
        }
    }

    /** Some power of two: each queue of fewer is as often the first. */
    private static final int MOST_QUEUES = 1 << 16;
}
