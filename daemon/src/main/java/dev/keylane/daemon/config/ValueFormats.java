package dev.keylane.daemon.config;

import dev.keylane.ike.text.Parsed;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The plain kinds of values, written as strongSwan's vici plugin reads them. */
final class ValueFormats {
    private ValueFormats() {
    }

    static final ValueFormat<Boolean> BOOLEAN = new Choice<>("yes or no", Map.of("yes", true, "true", true,
            "enabled", true, "1", true, "no", false, "false", false, "disabled", false, "0", false)).format();

    /** A number of seconds, or with a unit. */
    static final ValueFormat<Duration> TIME = checked("a time such as 30s, 15m, 4h or 1d",
            text -> scaled(text, "smhd", Map.of("s", 1L, "m", 60L, "h", 3600L, "d", 86_400L), 0xffff_ffffL)
                    .map(Duration::ofSeconds));

    /** A number of octets; k, m and g stand for powers of 1024. */
    static final ValueFormat<Long> OCTETS = checked("a number of bytes such as 65536, 500m or 1g",
            text -> scaled(text, "kmg", Map.of("k", 1L << 10, "m", 1L << 20, "g", 1L << 30), Long.MAX_VALUE));

    static final ValueFormat<String> TEXT = checked("printable text", text -> text.isEmpty()
            || text.codePoints().anyMatch(Character::isISOControl) ? Optional.empty() : Optional.of(text));

    static final ValueFormat<Integer> PORT = integer(0, 0xffff).map(Long::intValue);

    static final ValueFormat<Double> FACTOR = checked("a number such as 1.8 from 1 to 100", text ->
            text.matches("\\d{1,3}(\\.\\d{1,6})?") ? Optional.of(Double.valueOf(text)).filter(d -> d >= 1 && d <= 100)
                    : Optional.empty());

    /** Seconds with a fraction. */
    static final ValueFormat<Duration> SECONDS = checked("a number of seconds such as 4.0", text ->
            text.matches("\\d{1,5}(\\.\\d{1,6})?") ? Optional.of(Duration.ofMillis(Math.round(Double.parseDouble(text)
                    * 1000))).filter(Duration::isPositive) : Optional.empty());

    /** Six binary digits. */
    static final ValueFormat<Integer> DSCP = checked("up to 6 binary digits", text ->
            text.matches("[01]{1,6}") ? Optional.of(Integer.parseInt(text, 2)) : Optional.empty());

    /** Decimal, or hexadecimal with 0x; anything from {@code min} to {@code max}. */
    static ValueFormat<Long> integer(long min, long max) {
        return checked("a number from " + min + " to " + max,
                text -> number(text).filter(value -> value >= min && value <= max));
    }

    /** One of a few words, of which the values are the keys; case does not matter. */
    static <T> ValueFormat<T> choice(SequencedMap<String, T> words) {
        return new Choice<>("one of " + String.join(", ", words.sequencedKeySet()), words).format();
    }

    /** The names of an enum's constants in lower case. */
    static <T extends Enum<T>> ValueFormat<T> choice(Class<T> type) {
        SequencedMap<String, T> words = new LinkedHashMap<>();
        for (T constant : type.getEnumConstants()) {
            words.put(constant.name().toLowerCase(Locale.ROOT), constant);
        }
        return choice(words);
    }

    static Optional<Long> number(String text) {
        boolean hex = text.startsWith("0x") || text.startsWith("0X");
        String digits = hex ? text.substring(2) : text;
        if (!digits.matches(hex ? "[0-9a-fA-F]{1,15}" : "[0-9]{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(digits, hex ? 16 : 10));
    }

    private static Optional<Long> scaled(String text, String units, Map<String, Long> factors, long max) {
        Matcher matcher = Pattern.compile("(\\w*?) *([" + units + "]?)", Pattern.CASE_INSENSITIVE).matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long factor = factors.getOrDefault(matcher.group(2).toLowerCase(Locale.ROOT), 1L);
        return number(matcher.group(1)).filter(value -> value <= max / factor).map(value -> value * factor);
    }

    private static <T> ValueFormat<T> checked(String expects, Function<String, Optional<T>> reader) {
        return new ValueFormat<>(expects, text -> reader.apply(text).map(Parsed::of)
                .orElseGet(() -> ValueFormat.wrong(expects, text)));
    }

    /** Words without regard to case. */
    private record Choice<T>(String expects, Map<String, T> words) {
        ValueFormat<T> format() {
            Map<String, T> folded = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            folded.putAll(words);
            return checked(expects, text -> Optional.ofNullable(folded.get(text)));
        }
    }
}
