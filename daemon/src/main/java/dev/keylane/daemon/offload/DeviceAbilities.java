package dev.keylane.daemon.offload;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Remembers what devices can do, from one probe to the next change of their link, their driver or their card. What a device
 * cannot do is tried again when it is asked about, since a setting of which no news come, or a busy switch, may have been in
 * the way. Who asks does not wait for a device: until it has answered, a no that was known holds, unless something has
 * changed since, and nothing else does.
 */
public final class DeviceAbilities {
    private final Probing probing;
    private final Function<String, DeviceIdentity> identify;
    private final InstantSource clock;
    private final Consumer<Abilities> told;
    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, Abilities> last = new HashMap<>();
    private final Map<String, Trying> trying = new HashMap<>();
    private final Map<String, Instant> failed = new HashMap<>();
    private final Map<String, Instant> liars = new HashMap<>();

    /**
     * @param tried never, when something may have changed since
     * @param times how often in a row it was tried and could the same
     */
    private record Known(DeviceIdentity identity, Abilities abilities, Instant tried, int times) {
        boolean isStale() {
            return tried.equals(Instant.MIN);
        }

        /** Trying it keeps the device from other work: who asks again and again gets the same answer ever longer. */
        boolean isFresh(Instant now) {
            return !isStale() && tried.plus(BELIEVED.multipliedBy(1L << Math.min(times, MOST_DOUBLINGS))).isAfter(now);
        }
    }

    /**
     * A device that has not answered yet.
     *
     * @param since    when it was asked for
     * @param outdated whether something has changed since: its answer tells nothing
     * @param again    whether it is to be tried anew then
     */
    private record Trying(DeviceIdentity identity, Instant since, boolean outdated, boolean again) {
        Trying asOutdated() {
            return new Trying(identity, since, true, again);
        }

        Trying anew() {
            return new Trying(identity, since, true, true);
        }
    }

    /**
     * @param identify what device has this name now
     * @param told     hears of each device that was tried, unless it can what it could the last time
     */
    public DeviceAbilities(Probing probing, Function<String, DeviceIdentity> identify, InstantSource clock,
                           Consumer<Abilities> told) {
        this.probing = probing;
        this.identify = identify;
        this.clock = clock;
        this.told = told;
    }

    /** As it was when it was last tried; empty while that is not known, and it is to be taken at its word. */
    public Optional<Abilities> of(String device) {
        return of(device, _ -> true);
    }

    /**
     * @param enough what is asked about; a no is believed for {@link #BELIEVED}, and twice as long each time that it stays
     *               one, and then until the device has answered again, unless something has changed
     */
    public Optional<Abilities> of(String device, Predicate<Abilities> enough) {
        DeviceIdentity identity = identify.apply(device);
        if (known(device, identity).filter(it -> enough.test(it.abilities()) || it.isFresh(clock.instant())).isEmpty()) {
            probe(device, identity);
        }
        return known(device, identity).filter(it -> enough.test(it.abilities()) || !it.isStale()).map(Known::abilities);
    }

    private Optional<Known> known(String device, DeviceIdentity identity) {
        return Optional.ofNullable(known.get(device)).filter(it -> it.identity().equals(identity));
    }

    private void probe(String device, DeviceIdentity identity) {
        Trying before = trying.get(device);
        if (before != null) {
            if (before.outdated() || !before.identity().equals(identity)) {
                trying.put(device, before.anew());
            }
            return;
        }
        if (failed.getOrDefault(device, Instant.MIN).isAfter(clock.instant())) {
            return;
        }
        trying.put(device, new Trying(identity, clock.instant(), false, false));
        if (!probing.ask(device, abilities -> tried(device, abilities))) {
            trying.remove(device);
        }
    }

    private void tried(String device, Optional<Abilities> answer) {
        Trying done = trying.remove(device);
        if (done != null && done.again()) {
            probe(device, identify.apply(device));
        } else if (done != null && !done.outdated()) {
            answer.ifPresentOrElse(abilities -> remember(device, done.identity(), abilities),
                    () -> failed.put(device, clock.instant().plus(AFTER_FAILURE)));
        }
    }

    private void remember(String device, DeviceIdentity identity, Abilities abilities) {
        Known before = known.get(device);
        boolean same = before != null && !before.isStale() && before.abilities().equals(abilities);
        known.put(device, new Known(identity, abilities, clock.instant(), same ? before.times() + 1 : 0));
        if (!abilities.equals(last.put(device, abilities))) {
            told.accept(abilities);
        }
    }

    /** How long its answer has been waited for; empty when it is not. */
    public Optional<Duration> tryingFor(String device) {
        return Optional.ofNullable(trying.get(device)).map(it -> Duration.between(it.since(), clock.instant()));
    }

    /** Nobody wants to know any more. */
    public void leaveOff() {
        trying.replaceAll((_, before) -> before.asOutdated());
        probing.leaveOff();
    }

    /** It may be able to do something else by now: a no of it is not believed any more, a yes until it is tried again. */
    public void changed(String device) {
        known.computeIfPresent(device, (_, before) -> stale(before));
        trying.computeIfPresent(device, (_, before) -> before.asOutdated());
        failed.remove(device);
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
        Map<String, DeviceIdentity> all = new HashMap<>();
        known.forEach((device, it) -> all.put(device, it.identity()));
        trying.forEach((device, it) -> all.put(device, it.identity()));
        all.forEach((device, identity) -> {
            if (buses.isEmpty() || identity.bus().isEmpty() || buses.contains(identity.bus())) {
                changed(device);
            }
        });
    }

    /** Tries it, if it has not been tried since something may have changed. */
    public void refresh(String device) {
        DeviceIdentity identity = identify.apply(device);
        if (known(device, identity).filter(it -> !it.isStale()).isEmpty()) {
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
    /** What could not be tried at all, for want of a socket for instance. */
    static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
    static final Duration BELIEVED = Duration.ofSeconds(1);
}
