package dev.keylane.daemon.vici;

import dev.keylane.ike.wire.Octets;
import java.nio.charset.StandardCharsets;

/** How many octets {@link ViciWriter} makes of something, for who has to divide what one message cannot hold. */
public final class ViciSize {
    private ViciSize() {
    }

    public static int of(ViciMessage message) {
        return message.elements().stream().mapToInt(ViciSize::of).sum();
    }

    public static int of(ViciMessage.Element element) {
        return 1 + name(element.name()) + switch (element) {
            case ViciMessage.Value(String _, Octets value) -> value(value);
            case ViciMessage.Items items -> items.octets().stream().mapToInt(item -> 1 + value(item)).sum() + 1;
            case ViciMessage.Section(String _, ViciMessage content) -> of(content) + 1;
        };
    }

    private static int name(String name) {
        return 1 + name.getBytes(StandardCharsets.UTF_8).length;
    }

    private static int value(Octets value) {
        return 2 + value.length();
    }
}
