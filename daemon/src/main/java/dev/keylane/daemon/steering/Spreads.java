package dev.keylane.daemon.steering;

import dev.keylane.daemon.config.Spread;
import dev.keylane.daemon.config.SteeringSettings;
import dev.keylane.daemon.control.SteeringSnapshot;
import dev.keylane.daemon.kernel.HostNetwork;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.LinuxException;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.xdp.FlowSpreading;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The devices whose plaintext is spread over CPUs, from the first look on for as long as the daemon runs. */
public final class Spreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final HostNetwork network;
    private final BiFunction<String, List<Integer>, Outcome<FlowSpreading>> attach;
    private final Supplier<List<Integer>> online;
    private final Map<String, Spreading> devices = new LinkedHashMap<>();
    private int looks;

    /** One device; what it has is of the device with this number. */
    private static final class Spreading {
        private final Spread wanted;
        private OptionalInt index = OptionalInt.empty();
        private @Nullable FlowSpreading on;
        private List<Integer> cpus = List.of();
        private String problem = "there is no such device";

        Spreading(Spread wanted) {
            this.wanted = wanted;
        }
    }

    /**
     * @param attach begins to spread what a device receives over CPUs
     */
    public Spreads(SteeringSettings settings, HostNetwork network,
                   BiFunction<String, List<Integer>, Outcome<FlowSpreading>> attach) {
        this(settings, network, attach, Cpus::online);
    }

    Spreads(SteeringSettings settings, HostNetwork network,
            BiFunction<String, List<Integer>, Outcome<FlowSpreading>> attach, Supplier<List<Integer>> online) {
        this.network = network;
        this.attach = attach;
        this.online = online;
        settings.devices().forEach((name, device) ->
                device.spread().ifPresent(spread -> devices.put(name, new Spreading(spread))));
    }

    boolean isFor(String device) {
        return devices.containsKey(device);
    }

    /** Devices that came or went, CPUs that came or went. */
    void look() {
        boolean again = ++looks % RETRY_LOOKS == 0;
        devices.forEach((name, spreading) -> {
            OptionalInt index = network.indexOf(name);
            if (!index.equals(spreading.index)) {
                leave(spreading);
                spreading.index = index;
                if (index.isPresent()) {
                    begin(name, spreading);
                }
            } else if (index.isPresent() && spreading.on == null && again) {
                begin(name, spreading);
            } else if (spreading.on != null && !cpus(spreading).equals(spreading.cpus)) {
                follow(name, spreading, spreading.on);
            }
        });
    }

    private void begin(String name, Spreading spreading) {
        List<Integer> cpus = cpus(spreading);
        switch (attempt(name, cpus)) {
            case Outcome.Done<FlowSpreading>(FlowSpreading on) -> {
                spreading.on = on;
                spreading.cpus = cpus;
                LOG.info("spreading the plaintext that {} receives over CPUs {} ({})", name, cpus, on.status().mode());
            }
            case Outcome.Rejected<FlowSpreading>(Rejection reason) -> {
                if (!reason.text().equals(spreading.problem)) {
                    LOG.warn("the plaintext that {} receives is not spread: {}", name, reason.text());
                }
                spreading.problem = reason.text();
            }
        }
    }

    private Outcome<FlowSpreading> attempt(String name, List<Integer> cpus) {
        try {
            return attach.apply(name, cpus);
        } catch (LinuxException refused) {
            return new Outcome.Rejected<>(new Rejection.Refused(refused.getMessage()));
        }
    }

    private void follow(String name, Spreading spreading, FlowSpreading on) {
        List<Integer> cpus = cpus(spreading);
        spreading.cpus = cpus;
        on.spreadOver(cpus).ifPresentOrElse(
                reason -> LOG.warn("{} goes on as before: {}", name, reason.text()),
                () -> LOG.info("spreading the plaintext that {} receives over CPUs {} now", name, cpus));
    }

    private List<Integer> cpus(Spreading spreading) {
        return spreading.wanted.isAuto() ? online.get() : spreading.wanted.cpus().stream().boxed().toList();
    }

    private static void leave(Spreading spreading) {
        if (spreading.on != null) {
            spreading.on.detach();
            spreading.on = null;
        }
        spreading.problem = "there is no such device";
    }

    List<SteeringSnapshot.Spread> snapshot() {
        return devices.entrySet().stream().map(each -> {
            Optional<FlowSpreading.Status> status = Optional.ofNullable(each.getValue().on).map(FlowSpreading::status);
            return new SteeringSnapshot.Spread(each.getKey(), status.map(FlowSpreading.Status::mode).orElse(""),
                    status.isPresent() ? "" : each.getValue().problem,
                    status.map(on -> on.slots().stream().distinct().sorted().toList()).orElse(List.of()),
                    status.map(on -> SteeringReport.labels(on.verdicts())).orElse(Map.of()));
        }).toList();
    }

    @Override
    public void close() {
        devices.values().forEach(Spreads::leave);
    }

    /** A minute: what was in the way may have gone. */
    private static final int RETRY_LOOKS = 30;
}
