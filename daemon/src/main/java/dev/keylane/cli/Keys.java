package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys of a section that describes an SA. */
record Keys(ViciMessage message) {
    String text(String key) {
        return message.text(key).orElse("");
    }

    @Nullable String textOrNull(String key) {
        return message.text(key).orElse(null);
    }

    /** Null when the key is absent or no number. */
    @Nullable Long number(String key) {
        Optional<String> text = message.text(key);
        return text.isPresent() && text.get().matches("-?\\d{1,18}") ? Long.valueOf(text.get()) : null;
    }

    boolean flag(String key) {
        return message.text(key).filter(text -> text.equals("yes") || text.equals("1")).isPresent();
    }

    /** {@code 0x0000002a}, or {@code 0x00000010/0x000000ff}; null when there is none. */
    @Nullable String mark(String direction) {
        return message.text("mark-" + direction).map(mark -> "0x" + mark
                + message.text("mark-mask-" + direction).map(mask -> "/0x" + mask).orElse("")).orElse(null);
    }

    /** Algorithms as swanctl writes them: {@code AES_GCM_16-128/CURVE_25519}; empty before they are agreed on. */
    String algorithms() {
        return Stream.of(sized("encr"), sized("integ"), text("prf-alg"), text("dh-group"))
                .filter(name -> !name.isEmpty()).collect(Collectors.joining("/"));
    }

    private String sized(String kind) {
        return text(kind + "-alg") + message.text(kind + "-keysize").map(size -> "-" + size).orElse("");
    }
}
