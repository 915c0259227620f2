package dev.keylane.daemon.offload;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Remembers what devices can do, from one probe to the next change of their link, their driver or their card. What a device
 * cannot do is tried again when it is asked about, since a setting of which no news come, or a busy switch, may have been in
 * the way.
 */
public final class DeviceAbilities {
    private final Function<String, Abilities> probe;
    private final Function<String, DeviceIdentity> identify;
    private final InstantSource clock;
    private final Consumer<Abilities> told;
    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, Abilities> last = new HashMap<>();
    private final Map<String, Instant> liars = new HashMap<>();

    /**
     * @param tried never, when something may have changed since
     * @param times how often in a row it was tried and could the same
     */
    private record Known(DeviceIdentity identity, Abilities abilities, Instant tried, int times) {
        boolean isStale() {
            return tried.equals(Instant.MIN);
        }

        /** Trying it keeps the daemon from its other work: who asks again and again gets the same answer ever longer. */
        boolean isFresh(Instant now) {
            return !isStale() && tried.plus(BELIEVED.multipliedBy(1L << Math.min(times, MOST_DOUBLINGS))).isAfter(now);
        }
    }

    /**
     * @param identify what device has this name now
     * @param told     hears of each device that was tried, unless it can what it could the last time
     */
    public DeviceAbilities(Function<String, Abilities> probe, Function<String, DeviceIdentity> identify, InstantSource clock,
                           Consumer<Abilities> told) {
        this.probe = probe;
        this.identify = identify;
        this.clock = clock;
        this.told = told;
    }

    /** As it was when it was last tried. */
    public Abilities of(String device) {
        return of(device, _ -> true);
    }

    /**
     * @param enough what is asked about; a no is believed for {@link #BELIEVED}, and twice as long each time that it stays one
     */
    public Abilities of(String device, Predicate<Abilities> enough) {
        DeviceIdentity identity = identify.apply(device);
        Known before = known.get(device);
        boolean stands = before != null && before.identity().equals(identity) && (enough.test(before.abilities())
                || before.isFresh(clock.instant()));
        return stands ? before.abilities() : probe(device, identity);
    }

    private Abilities probe(String device, DeviceIdentity identity) {
        Abilities abilities = probe.apply(device);
        Known before = known.get(device);
        boolean same = before != null && !before.isStale() && before.abilities().equals(abilities);
        known.put(device, new Known(identity, abilities, clock.instant(), same ? before.times() + 1 : 0));
        if (!abilities.equals(last.put(device, abilities))) {
            told.accept(abilities);
        }
        return abilities;
    }

    /** It may be able to do something else by now: a no of it is not believed any more, a yes until it is tried again. */
    public void changed(String device) {
        known.computeIfPresent(device, (_, before) -> stale(before));
        liars.remove(device);
    }

    private static Known stale(Known before) {
        return new Known(before.identity(), before.abilities(), Instant.MIN, 0);
    }

    /**
     * Cards were set otherwise.
     *
     * @param buses where they are; empty when that is not known
     */
    public void changedAt(Set<String> buses) {
        Set.copyOf(known.keySet()).stream().filter(device -> {
            String bus = Objects.requireNonNull(known.get(device)).identity().bus();
            return buses.isEmpty() || bus.isEmpty() || buses.contains(bus);
        }).forEach(this::changed);
    }

    /** Tries it, if it has not been tried since something may have changed. */
    public void refresh(String device) {
        DeviceIdentity identity = identify.apply(device);
        Known before = known.get(device);
        if (before == null || before.isStale() || !before.identity().equals(identity)) {
            probe(device, identity);
        }
    }

    /**
     * It takes what it is given and does nothing. Until it has changed, or for an hour, only those who insist on it give it
     * anything.
     */
    public void distrust(String device) {
        liars.put(device, clock.instant().plus(DISTRUST));
    }

    public boolean isTrusted(String device) {
        return !liars.getOrDefault(device, Instant.MIN).isAfter(clock.instant());
    }

    /** Devices that were tried, as they were then. */
    public List<Abilities> all() {
        return List.copyOf(last.values());
    }

    static final Duration DISTRUST = Duration.ofHours(1);
    private static final int MOST_DOUBLINGS = 6;
    static final Duration BELIEVED = Duration.ofSeconds(1);
}
