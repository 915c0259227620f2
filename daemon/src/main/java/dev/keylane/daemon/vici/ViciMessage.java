package dev.keylane.daemon.vici;

import dev.keylane.ike.wire.Octets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An ordered tree of sections, lists and values, which are octets without a type. */
public record ViciMessage(List<Element> elements) {
    public static final ViciMessage EMPTY = new ViciMessage(List.of());

    public ViciMessage {
        elements = List.copyOf(elements);
    }

    /** Names are at most 255 octets of UTF-8. */
    public sealed interface Element {
        String name();
    }

    /** At most 65535 octets. */
    public record Value(String name, Octets octets) implements Element {
        public String text() {
            return ViciMessage.text(octets);
        }

        /** The name alone: the value may be a secret. */
        @Override
        public String toString() {
            return name + "=(" + octets.length() + ")";
        }
    }

    public record Items(String name, List<Octets> octets) implements Element {
        public Items {
            octets = List.copyOf(octets);
        }

        public List<String> texts() {
            return octets.stream().map(ViciMessage::text).toList();
        }

        @Override
        public String toString() {
            return name + "[" + octets.size() + "]";
        }
    }

    public record Section(String name, ViciMessage content) implements Element {
    }

    public static Builder builder() {
        return new Builder();
    }

    public Optional<Octets> value(String name) {
        return first(Value.class, name).map(Value::octets);
    }

    /** The value as text; octets that are no UTF-8 are replaced. */
    public Optional<String> text(String name) {
        return first(Value.class, name).map(Value::text);
    }

    /** Empty also when there is no such list. */
    public List<String> list(String name) {
        return first(Items.class, name).map(Items::texts).orElse(List.of());
    }

    public Optional<ViciMessage> section(String name) {
        return first(Section.class, name).map(Section::content);
    }

    public List<Section> sections() {
        return elements.stream().filter(Section.class::isInstance).map(Section.class::cast).toList();
    }

    private <E extends Element> Optional<E> first(Class<E> type, String name) {
        return elements.stream().filter(type::isInstance).map(type::cast)
                .filter(element -> element.name().equals(name)).findFirst();
    }

    private static String text(Octets octets) {
        return new String(octets.borrow(), StandardCharsets.UTF_8);
    }

    /** Collects elements in the order they are to be sent. */
    public static final class Builder {
        private final List<Element> elements = new ArrayList<>();

        private Builder() {
        }

        public Builder set(String name, Octets value) {
            elements.add(new Value(name, value));
            return this;
        }

        public Builder set(String name, Object value) {
            return set(name, octets(value.toString()));
        }

        /** {@code name=yes}, or nothing. */
        public Builder flag(String name, boolean on) {
            return on ? set(name, "yes") : this;
        }

        public Builder list(String name, List<?> items) {
            elements.add(new Items(name, items.stream().map(item -> octets(item.toString())).toList()));
            return this;
        }

        public Builder section(String name, ViciMessage content) {
            elements.add(new Section(name, content));
            return this;
        }

        public Builder addAll(ViciMessage message) {
            elements.addAll(message.elements());
            return this;
        }

        public ViciMessage build() {
            return new ViciMessage(elements);
        }

        private static Octets octets(String text) {
            return Octets.wrap(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
