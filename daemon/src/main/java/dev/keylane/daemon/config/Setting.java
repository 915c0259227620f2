package dev.keylane.daemon.config;

import java.util.Arrays;
import java.util.List;

/** What a key is set to. Texts may be secrets, so nothing here prints them. */
public sealed interface Setting {
    Origin origin();

    /** The value as a list: one item as it stands, or the items given. */
    List<String> items();

    /** {@code key = text}. */
    record Scalar(String text, Origin origin) implements Setting {
        @Override
        public List<String> items() {
            return List.of(text);
        }

        /** The items of a list that was written as text: split on commas, trimmed, empty ones left out. */
        public List<String> split() {
            return Arrays.stream(text.split(",")).map(String::strip).filter(item -> !item.isEmpty()).toList();
        }

        @Override
        public String toString() {
            return "Scalar[" + origin + "]";
        }
    }

    /** A list that came as one, from a control message. */
    record Items(List<String> items, Origin origin) implements Setting {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public String toString() {
            return "Items[" + items.size() + ", " + origin + "]";
        }
    }
}
