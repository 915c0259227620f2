package dev.keylane.daemon.steering;

import dev.keylane.daemon.config.SteeringSettings;
import dev.keylane.daemon.kernel.HostNetwork;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeredSa;
import dev.keylane.steering.Steering;
import dev.keylane.steering.SteeringPlan;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.steering.SteeringStrategy;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices that SAs arrive at, each attached when its first per-CPU SA is made, by the first strategy that fits. What
 * does not work is logged once a device, and steered traffic goes on as it did.
 */
public final class SaSteering implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final List<SteeringStrategy> strategies;
    private final SteeringSettings settings;
    private final HostNetwork network;
    private final Map<String, Optional<Steering>> devices = new LinkedHashMap<>();
    private final Map<SaId, Steered> steered = new HashMap<>();
    private final Set<String> said = new HashSet<>();

    private record Steered(String device, SteeredSa sa) {
    }

    /**
     * @param strategies the best first
     */
    public SaSteering(List<SteeringStrategy> strategies, SteeringSettings settings, HostNetwork network) {
        this.strategies = List.copyOf(strategies);
        this.settings = settings;
        this.network = network;
    }

    /**
     * @param inbound   bound to a CPU
     * @param installed all states of the kernel, asked when a device was attached before
     */
    void steer(SaSpec inbound, Supplier<List<SaInfo>> installed) {
        IpAddress local = inbound.id().destination();
        Optional<String> device = network.deviceOf(local);
        if (device.isEmpty()) {
            say(local.toString(), "no device has " + local + ", so SAs to it are not steered");
            return;
        }
        SteeredSa sa = sa(inbound);
        Optional<Rejection> rejection = attached(device.get(), installed).flatMap(on -> on.steer(sa, inbound.cpu()));
        if (rejection.isPresent() && rejection.get() instanceof Rejection.DeviceGone) {
            // One of that name is there again, or the address would not be.
            devices.remove(device.get()).ifPresent(Steering::close);
            rejection = attached(device.get(), installed).flatMap(on -> on.steer(sa, inbound.cpu()));
        }
        if (rejection.isPresent()) {
            say(device.get() + rejection.get().getClass(), "SA " + sa + " is not steered: " + rejection.get().text());
        } else if (devices.get(device.get()).isPresent()) {
            steered.put(inbound.id(), new Steered(device.get(), sa));
        }
    }

    /** Does nothing for an SA that is not steered. */
    void unsteer(SaId inbound) {
        Steered gone = steered.remove(inbound);
        if (gone != null) {
            devices.getOrDefault(gone.device(), Optional.empty()).flatMap(on -> on.unsteer(gone.sa()))
                    .ifPresent(why -> say(gone.device() + why.getClass(), why.text()));
        }
    }

    private Optional<Steering> attached(String device, Supplier<List<SaInfo>> installed) {
        return devices.computeIfAbsent(device, _ -> attach(device, installed));
    }

    private Optional<Steering> attach(String device, Supplier<List<SaInfo>> installed) {
        KernelOptions.Steering wanted = settings.of(KernelOptions.Steering.UNSAID, device);
        if (wanted == KernelOptions.Steering.NONE) {
            return Optional.empty();
        }
        SteeringPlan plan = SteeringPlan.of(device, strategies,
                strategy -> wanted == KernelOptions.Steering.AUTO || wanted.name().equals(strategy.name()));
        Optional<SteeringStrategy> chosen = plan.chosen()
                .flatMap(kind -> strategies.stream().filter(each -> each.kind() == kind).findFirst());
        if (chosen.isEmpty()) {
            LOG.warn("{} is not steered: {}", device, plan.text().strip().replace("\n", "; "));
            return Optional.empty();
        }
        return switch (chosen.get().attach(device)) {
            case Outcome.Rejected<Steering>(Rejection reason) -> {
                LOG.warn("{} is not steered: {}", device, reason.text());
                yield Optional.empty();
            }
            case Outcome.Done<Steering>(Steering on) -> {
                int stale = removeStale(on, installed);
                LOG.info("steering {} by {} ({}){}", device, chosen.get().kind(), on.status().mode(),
                        stale == 0 ? "" : ", " + stale + " entries of SAs that are gone were removed");
                yield Optional.of(on);
            }
        };
    }

    /** Entries that an earlier daemon left for SAs that are no more. */
    private static int removeStale(Steering on, Supplier<List<SaInfo>> installed) {
        List<SteeringStatus.Entry> entries = on.status().entries();
        if (entries.isEmpty()) {
            return 0;
        }
        Set<SteeredSa> alive = new HashSet<>();
        installed.get().forEach(sa -> alive.add(SteeredSa.plain(sa.id().destination(), sa.id().spi())));
        List<SteeredSa> stale = entries.stream().map(entry -> SteeredSa.plain(entry.localAddress(), entry.spi()))
                .filter(sa -> !alive.contains(sa)).toList();
        stale.forEach(on::unsteer);
        return stale.size();
    }

    private static SteeredSa sa(SaSpec inbound) {
        SaSpec.Encap encap = inbound.encap();
        SaSpec.Offload offload = inbound.offload();
        return new SteeredSa(inbound.id().destination(), inbound.id().spi(),
                encap == null ? OptionalInt.empty() : OptionalInt.of(encap.destinationPort()),
                offload == null ? SteeredSa.Offload.NONE
                        : offload.packet() ? SteeredSa.Offload.PACKET : SteeredSa.Offload.CRYPTO);
    }

    private void say(String once, String what) {
        if (said.size() < MOST_SAID && said.add(once)) {
            LOG.warn(what);
        }
    }

    /** Gives up devices that steer nothing any more; what still steers goes on without us. */
    @Override
    public void close() {
        devices.forEach((device, attached) -> attached.ifPresent(on -> {
            if (steered.values().stream().noneMatch(each -> each.device().equals(device))) {
                on.detach();
            } else {
                on.close();
            }
        }));
        devices.clear();
    }

    private static final int MOST_SAID = 100;
}
