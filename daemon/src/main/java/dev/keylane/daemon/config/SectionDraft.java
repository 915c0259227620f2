package dev.keylane.daemon.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A section while files are being read: what is written in it, before anything is inherited. */
final class SectionDraft {
    final String name;
    final Origin origin;
    final Map<String, Setting> settings = new LinkedHashMap<>();
    final Map<String, SectionDraft> sections = new LinkedHashMap<>();
    final List<Reference> references = new ArrayList<>();
    /** Names whose inherited settings are hidden. */
    final Set<String> cleared = new HashSet<>();

    SectionDraft(String name, Origin origin) {
        this.name = name;
        this.origin = origin;
    }

    /** A repeated section continues the one before. */
    SectionDraft section(String key, Origin where) {
        return sections.computeIfAbsent(key, absent -> new SectionDraft(key, where));
    }

    /** An empty assignment removes what was set before and what would be inherited; a section of that name stays. */
    void clear(String key) {
        settings.remove(key);
        cleared.add(key);
    }

    /**
     * A section to inherit from.
     *
     * @param path its absolute name, parts separated by dots
     */
    record Reference(String path, Origin origin) {
    }
}
