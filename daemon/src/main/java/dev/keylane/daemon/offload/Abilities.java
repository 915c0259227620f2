package dev.keylane.daemon.offload;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a device takes into hardware, as tried.
 *
 * @param driver   such as {@code mlx5_core}, empty when the device does not say
 * @param verdicts one for each ability
 */
public record Abilities(String device, String driver, Map<Ability, Verdict> verdicts) {
    /**
     * @param words the kernel's refusal, empty for a yes
     */
    public record Verdict(boolean yes, String words) {
        static final Verdict YES = new Verdict(true, "");

        static Verdict no(String words) {
            return new Verdict(false, words);
        }
    }

    public Abilities {
        verdicts = Map.copyOf(new EnumMap<>(verdicts));
        if (verdicts.size() != Ability.values().length) {
            throw new IllegalArgumentException("some abilities were not tried");
        }
    }

    public boolean can(Ability ability) {
        return verdict(ability).yes();
    }

    /** The kernel's words for a no, such as {@code NEWSA: EINVAL (22): mlx5_core: Unsupported replay window size}. */
    public String words(Ability ability) {
        return verdict(ability).words();
    }

    /** Whether SAs <em>and</em> policies can be in hardware, in one of the modes at least. */
    public boolean packet() {
        return (can(Ability.TRANSPORT) || can(Ability.TUNNEL)) && can(Ability.POLICY) && can(Ability.PRIORITY);
    }

    /** Why {@link #packet} is false, in the kernel's words. */
    public String packetWords() {
        return packet() ? "" : List.of(Ability.TRANSPORT, Ability.TUNNEL, Ability.POLICY, Ability.PRIORITY).stream()
                .filter(ability -> !can(ability)).map(this::words).findFirst().orElse("");
    }

    /** The smallest replay window that has at least so many packets; empty when the device has none. */
    public OptionalInt window(int packets) {
        return new TreeMap<>(WINDOWS).entrySet().stream().filter(window -> window.getKey() >= packets && can(window.getValue()))
                .mapToInt(Map.Entry::getKey).findFirst();
    }

    /** What tells of each size of replay windows, by packets. */
    public static SortedMap<Integer, Ability> windows() {
        return new TreeMap<>(WINDOWS);
    }

    /** One line: {@code nic1 (mlx5_core): packet offload with replay windows of 32, 64 packets; no crypto offload: NEWSA: ...}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        parts.add(packet() ? "packet offload with " + windowsText() : "no packet offload: " + packetWords());
        parts.add(can(Ability.CRYPTO) ? "crypto offload" : "no crypto offload: " + words(Ability.CRYPTO));
        if (packet()) {
            Stream.of(Ability.values()).filter(ability -> ability != Ability.CRYPTO && !WINDOWS.containsValue(ability)
                    && !can(ability)).map(ability -> "not " + ability.words() + ": " + words(ability)).forEach(parts::add);
        }
        return device + (driver.isEmpty() ? "" : " (" + driver + ")") + ": " + String.join("; ", parts);
    }

    private String windowsText() {
        List<String> sizes = windows().entrySet().stream().filter(window -> can(window.getValue()))
                .map(window -> window.getKey().toString()).toList();
        return sizes.isEmpty() ? "no replay windows" : "replay windows of " + String.join(", ", sizes) + " packets";
    }

    private Verdict verdict(Ability ability) {
        return Objects.requireNonNull(verdicts.get(ability));
    }

    /** Sizes in packets. */
    static final Map<Integer, Ability> WINDOWS = Map.of(32, Ability.WINDOW_32, 64, Ability.WINDOW_64,
            128, Ability.WINDOW_128, 256, Ability.WINDOW_256, 1024, Ability.WINDOW_1024);
}
