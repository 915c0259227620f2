package dev.keylane.daemon.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A named group of settings and sub-sections, each in the order they were first written. Immutable.
 *
 * @param name empty for the root
 */
public record Section(String name, Origin origin, SequencedMap<String, Setting> settings,
                      SequencedMap<String, Section> sections) {
    public Section {
        settings = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(settings));
        sections = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(sections));
    }

    public static Builder named(String name, Origin origin) {
        return new Builder(name, origin);
    }

    public Optional<Setting> setting(String key) {
        return Optional.ofNullable(settings.get(key));
    }

    public Optional<Section> section(String key) {
        return Optional.ofNullable(sections.get(key));
    }

    public boolean isEmpty() {
        return settings.isEmpty() && sections.isEmpty();
    }

    /** Names only: values may be secrets. */
    @Override
    public String toString() {
        return "Section[" + name + ", " + origin + ", " + settings.keySet() + ", " + sections.keySet() + "]";
    }

    /** Collects a section; a key or sub-section that is given again replaces or extends the earlier one. */
    public static final class Builder {
        private final String name;
        private final Origin origin;
        private final SequencedMap<String, Setting> settings = new LinkedHashMap<>();
        private final SequencedMap<String, Builder> sections = new LinkedHashMap<>();

        private Builder(String name, Origin origin) {
            this.name = name;
            this.origin = origin;
        }

        public Builder set(String key, Setting value) {
            settings.put(key, value);
            return this;
        }

        /** The builder of the sub-section {@code key}, a new one unless there is one. */
        public Builder section(String key, Origin where) {
            return sections.computeIfAbsent(key, absent -> new Builder(key, where));
        }

        public Section build() {
            SequencedMap<String, Section> built = new LinkedHashMap<>();
            for (Map.Entry<String, Builder> entry : sections.entrySet()) {
                built.put(entry.getKey(), entry.getValue().build());
            }
            return new Section(name, origin, settings, built);
        }
    }
}
