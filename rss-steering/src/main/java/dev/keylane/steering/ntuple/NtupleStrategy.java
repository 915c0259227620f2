package dev.keylane.steering.ntuple;

import dev.keylane.ethtool.Answer;
import dev.keylane.ethtool.DriverInfo;
import dev.keylane.ethtool.Ethtool;
import dev.keylane.ethtool.FlowRule;
import dev.keylane.ethtool.RuleTable;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.Steering;
import dev.keylane.steering.SteeringStrategy;
import dev.keylane.steering.Strategy;
import dev.keylane.steering.queue.DeviceQueues;
import dev.keylane.steering.queue.Recent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Steering by rules that the device takes. */
public final class NtupleStrategy implements SteeringStrategy {
    /** Documentation's address and a reserved SPI: no packet is like this. */
    private static final FlowRule TRIAL = new FlowRule(IpAddress.of("192.0.2.1"), 255, 0, FlowRule.ANYWHERE);

    private final Ethtool ethtool;
    private final Path root;
    private final Path notes;
    private final InstantSource clock;

    /**
     * @param root  {@code /}
     * @param notes a directory that lives as long as the devices do, one for each network namespace
     * @param clock tells when to look anew which CPU works on which queue
     */
    public NtupleStrategy(Ethtool ethtool, Path root, Path notes, InstantSource clock) {
        this.ethtool = ethtool;
        this.root = root;
        this.notes = notes;
        this.clock = clock;
    }

    @Override
    public Strategy kind() {
        return Strategy.NTUPLE;
    }

    @Override
    public Fitness examine(String device) {
        return switch (DriverInfo.read(ethtool, device)) {
            case Answer.Refused<DriverInfo> refused -> Fitness.unfit(refused.noSuchDevice()
                    ? new Rejection.NoSuchDevice(device).text()
                    : device + ": nothing is known of its driver (" + refused.text() + ")");
            case Answer.Is<DriverInfo>(DriverInfo info) -> examine(device, info.driver());
        };
    }

    private Fitness examine(String device, String driver) {
        RuleTable table = new RuleTable(ethtool, device);
        Optional<String> doesNot = RuleDrivers.doesNot(driver);
        if (doesNot.isPresent()) {
            return Fitness.unfit(doesNot.get());
        }
        return switch (table.extent()) {
            case Answer.Refused<RuleTable.Extent> refused -> Fitness.unfit(device + " takes no rules (driver " + driver
                    + ", " + refused.text() + ")");
            case Answer.Is<RuleTable.Extent>(RuleTable.Extent extent) -> DeviceQueues.read(root, device).trouble()
                    .or(() -> switchedOff(device)).map(Fitness::unfit)
                    .orElseGet(() -> Fitness.fits("the driver " + driver + " takes rules"
                            + (RuleDrivers.matchesSpis(driver) ? " for the SPI of ESP, "
                            : ", for the SPI of ESP or not is told by the first, ")
                            + (extent.size() > 0 ? extent.rules() + " of " + extent.size() + " places are taken"
                            : extent.rules() + " are there")));
        };
    }

    private Optional<String> switchedOff(String device) {
        boolean on = DriverInfo.takesRules(ethtool, device).or(_ -> true);
        return on ? Optional.empty()
                : Optional.of(device + " is set to take no rules: ethtool -K " + device + " ntuple on lets it");
    }

    /** What only a rule on trial can tell, of a driver that we do not know. */
    private static Optional<String> refusal(RuleTable table, String driver) {
        return switch (table.insert(TRIAL)) {
            case Answer.Refused<FlowRule> refused -> Optional.of(table.device() + " takes no rules for ESP (driver "
                    + driver + ", " + refused.text() + ")");
            case Answer.Is<FlowRule>(FlowRule tried) -> {
                boolean same = table.at(tried.location()).or(_ -> Optional.empty()).filter(tried::equals).isPresent();
                table.delete(tried.location());
                yield same ? Optional.empty()
                        : Optional.of("the driver " + driver + " makes something else of a rule for ESP");
            }
        };
    }

    @Override
    public Outcome<Steering> attach(String device) {
        RuleTable table = new RuleTable(ethtool, device);
        Optional<String> refusal = DriverInfo.read(ethtool, device).map(DriverInfo::driver)
                .map(driver -> RuleDrivers.matchesSpis(driver) ? Optional.<String>empty() : refusal(table, driver))
                .or(_ -> Optional.empty());
        if (refusal.isPresent()) {
            return new Outcome.Rejected<>(new Rejection.Refused(refusal.get()));
        }
        return NtupleSteering.begin(table, new Recent<>(() -> DeviceQueues.read(root, device), clock),
                RuleNotes.in(file(device)));
    }

    @Override
    public Set<String> left() {
        try (Stream<Path> files = Files.list(notes)) {
            return files.filter(file -> !RuleNotes.in(file).isEmpty()).map(file -> file.getFileName().toString())
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException none) {
            return Set.of();
        }
    }

    private Path file(String device) {
        return notes.resolve(device);
    }
}
