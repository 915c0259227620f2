package dev.keylane.steering.rss;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.steering.NumberChoice;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeredSa;
import dev.keylane.steering.Steering;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.steering.Strategy;
import dev.keylane.steering.queue.Recent;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.IntSupplier;

/** A device that hashes the SPI. Nothing is entered anywhere: an SA is steered when its numbers put it right. */
final class SpiSteering implements Steering, NumberChoice {
    private final String device;
    private final Recent<Outcome<DeviceHash>> hash;
    private final Map<Name, Steered> steered = new HashMap<>();

    private record Name(IpAddress local, int spi) {
        static Name of(SteeredSa sa) {
            return new Name(sa.localAddress(), sa.spi());
        }
    }

    private record Steered(SteeredSa sa, int cpu) {
        SteeringStatus.Entry entry() {
            return new SteeringStatus.Entry(sa.localAddress(), sa.spi(), cpu, OptionalLong.empty());
        }
    }

    SpiSteering(String device, Recent<Outcome<DeviceHash>> hash) {
        this.device = device;
        this.hash = hash;
    }

    @Override
    public Optional<NumberChoice> numbers() {
        return Optional.of(this);
    }

    @Override
    public Outcome<Integer> spi(IpAddress peer, IpAddress local, int cpu, IntSupplier random) {
        return spi(peer, local, now -> Draw.forCpu(now, cpu), random);
    }

    @Override
    public Outcome<Integer> laneSpi(IpAddress peer, IpAddress local, int lane, IntSupplier random) {
        return spi(peer, local, now -> Draw.forLane(now, lane), random);
    }

    private Outcome<Integer> spi(IpAddress peer, IpAddress local, Function<DeviceHash, Draw> draw, IntSupplier random) {
        return choose(now -> now.takes(peer, local, false).<Outcome<Integer>>map(Outcome.Rejected::new).orElseGet(
                () -> draw.apply(now).number(now.addresses(peer, local), 32, 2 * local.bits(), random,
                        spi -> !isReserved(spi))));
    }

    /** "The set of SPI values in the range 1 through 255 is reserved", and 0 is local (RFC 4303 §2.1). */
    private static boolean isReserved(int spi) {
        return spi >= 0 && spi < 256;
    }

    @Override
    public Outcome<Integer> sourcePort(IpAddress peer, IpEndpoint local, int cpu, IntSupplier random) {
        return choose(now -> now.takes(peer, local.address(), true).<Outcome<Integer>>map(Outcome.Rejected::new)
                .orElseGet(() -> Draw.forCpu(now, cpu).number(now.udp(new IpEndpoint(peer, 0), local), 16,
                        2 * local.address().bits(), () -> FIRST_PORT | random.getAsInt() & 0x3fff,
                        _ -> true)));
    }

    private Outcome<Integer> choose(Function<DeviceHash, Outcome<Integer>> choice) {
        return switch (hash.get()) {
            case Outcome.Rejected<DeviceHash>(Rejection reason) -> new Outcome.Rejected<>(reason);
            case Outcome.Done<DeviceHash>(DeviceHash now) -> choice.apply(now);
        };
    }

    @Override
    public Optional<Rejection> steer(SteeredSa sa, int cpu) {
        if (sa.offload() != SteeredSa.Offload.NONE) {
            return Optional.of(new Rejection.Offloaded(sa.offload()));
        }
        if (isReserved(sa.spi())) {
            return Optional.of(new Rejection.ReservedSpi(sa.spi()));
        }
        Optional<Rejection> rejection = elsewhere(sa, cpu);
        if (rejection.isEmpty()) {
            steered.put(Name.of(sa), new Steered(sa, cpu));
        } else {
            steered.remove(Name.of(sa));
        }
        return rejection;
    }

    /** Why its packets are not on a CPU at this moment; empty when they are. */
    private Optional<Rejection> elsewhere(SteeredSa sa, int cpu) {
        return switch (hash.get()) {
            case Outcome.Rejected<DeviceHash>(Rejection.NoSuchDevice _) -> Optional.of(new Rejection.DeviceGone(device));
            case Outcome.Rejected<DeviceHash>(Rejection reason) -> Optional.of(reason);
            case Outcome.Done<DeviceHash>(DeviceHash now) -> elsewhere(now, sa, cpu);
        };
    }

    private static Optional<Rejection> elsewhere(DeviceHash now, SteeredSa sa, int cpu) {
        boolean inUdp = sa.encapPort().isPresent();
        Optional<IpEndpoint> peer = sa.peer().filter(from -> !inUdp || from.port() != 0);
        if (peer.isEmpty()) {
            return Optional.of(new Rejection.PeerUnknown(sa.spi()));
        }
        return now.takes(peer.get().address(), sa.localAddress(), inUdp).or(() -> {
            int queue = now.queue(inUdp
                    ? now.udp(peer.get(), new IpEndpoint(sa.localAddress(), sa.encapPort().getAsInt()))
                    : now.esp(peer.get().address(), sa.localAddress(), sa.spi()));
            int its = now.cpu(queue).orElse(-1);
            return its == cpu ? Optional.empty()
                    : Optional.of(new Rejection.HashedElsewhere(now.device(), queue, its));
        });
    }

    @Override
    public Optional<Rejection> unsteer(SteeredSa sa) {
        steered.remove(Name.of(sa));
        return Optional.empty();
    }

    @Override
    public SteeringStatus status() {
        String mode = switch (hash.get()) {
            case Outcome.Done<DeviceHash>(DeviceHash now) -> now.summary();
            case Outcome.Rejected<DeviceHash>(Rejection reason) -> reason.text();
        };
        long moved = steered.values().stream().filter(each -> elsewhere(each.sa(), each.cpu()).isPresent()).count();
        return new SteeringStatus(device, Strategy.SPI, mode, SteeringStatus.NO_LIMIT,
                steered.values().stream().map(Steered::entry).sorted(Comparator
                        .comparingInt(SteeringStatus.Entry::cpu).thenComparingInt(SteeringStatus.Entry::spi)).toList(),
                Map.of(), moved == 0 ? List.of() : List.of(moved + " of " + steered.size() + " SAs arrive on another CPU"
                        + " since " + device + " or its interrupts were changed, until they are rekeyed"));
    }

    @Override
    public void detach() {
        close();
    }

    @Override
    public void close() {
        steered.clear();
    }

    /** The dynamic ports, 49152 and up. */
    private static final int FIRST_PORT = 0xc000;
}
