package dev.keylane.daemon.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Turns drafts into sections by following {@code name : base, base2 { }}. A section is a stack of layers: itself, then
 * what it refers to in the order written; the first layer that sets a key decides, sub-sections are stacked in the same
 * way, and an empty assignment hides the settings below it. As with strongSwan, a reference that leads nowhere or back to
 * where it stands adds nothing; that becomes a note.
 */
final class SectionInheritance {
    private final SectionDraft root;
    private final List<ConfigMistake> mistakes;
    private final List<ConfigNote> notes;
    private final Map<SectionDraft, List<SectionDraft>> expanded = new IdentityHashMap<>();
    private final Set<SectionDraft> active = Collections.newSetFromMap(new IdentityHashMap<>());
    private final long most;
    private long work;
    private int circles;
    private boolean refused;

    private SectionInheritance(SectionDraft root, List<ConfigMistake> mistakes, List<ConfigNote> notes) {
        this.root = root;
        this.mistakes = mistakes;
        this.notes = notes;
        // What a file may cost is in proportion to its size, with room for a few templates.
        this.most = 200_000 + 20 * written(root);
    }

    static Section resolve(SectionDraft root, List<ConfigMistake> mistakes, List<ConfigNote> notes) {
        return new SectionInheritance(root, mistakes, notes).section(List.of(root), 0);
    }

    private static long written(SectionDraft section) {
        return 1 + section.sections.values().stream().mapToLong(SectionInheritance::written).sum();
    }

    private Section section(List<SectionDraft> layers, int depth) {
        SectionDraft top = layers.getFirst();
        SequencedMap<String, Section> sections = new LinkedHashMap<>();
        for (String name : names(layers)) {
            List<SectionDraft> inner = sub(layers, name);
            if (inner.isEmpty()) {
                continue;
            }
            if (depth >= SettingsFiles.MAX_DEPTH) {
                refuse(inner.getFirst());
            } else {
                sections.put(name, section(inner, depth + 1));
            }
        }
        return new Section(top.name, top.origin, settings(layers), sections);
    }

    private SequencedMap<String, Setting> settings(List<SectionDraft> layers) {
        SequencedMap<String, Setting> settings = new LinkedHashMap<>();
        Set<String> hidden = new HashSet<>();
        for (SectionDraft layer : layers) {
            layer.settings.forEach((key, value) -> {
                if (!hidden.contains(key)) {
                    settings.putIfAbsent(key, value);
                }
            });
            hidden.addAll(layer.cleared);
        }
        return settings;
    }

    private Set<String> names(List<SectionDraft> layers) {
        Set<String> names = new LinkedHashSet<>();
        layers.forEach(layer -> names.addAll(layer.sections.keySet()));
        return names;
    }

    /** The layers of a sub-section. */
    private List<SectionDraft> sub(List<SectionDraft> layers, String name) {
        List<SectionDraft> found = new ArrayList<>();
        for (SectionDraft layer : layers) {
            if (refused || ++work > most) {
                refuse(layer);
                return List.of();
            }
            SectionDraft own = layer.sections.get(name);
            if (own != null) {
                addNew(expand(own), found);
            }
        }
        return found;
    }

    /** A section and everything it refers to. */
    private List<SectionDraft> expand(SectionDraft section) {
        if (section.references.isEmpty()) {
            return List.of(section);
        }
        List<SectionDraft> known = expanded.get(section);
        if (known != null) {
            return known;
        }
        List<SectionDraft> layers = new ArrayList<>(List.of(section));
        int before = circles;
        active.add(section);
        for (SectionDraft.Reference reference : section.references) {
            addNew(target(section, reference), layers);
        }
        active.remove(section);
        // Within a circle the layers depend on where one entered it.
        if (circles == before || active.isEmpty()) {
            expanded.put(section, layers);
        }
        return layers;
    }

    private List<SectionDraft> target(SectionDraft from, SectionDraft.Reference reference) {
        List<SectionDraft> layers = List.of(root);
        for (String part : reference.path().split("\\.", -1)) {
            if (layers.stream().anyMatch(layer -> active.contains(layer.sections.get(part)))) {
                circles++;
                note(from, reference.origin(), "inherits from itself by way of " + reference.path() + ", which adds nothing");
                return List.of();
            }
            layers = sub(layers, part);
        }
        if (layers.isEmpty()) {
            note(from, reference.origin(), "there is no section " + reference.path() + " to inherit from");
        }
        return layers;
    }

    private void addNew(List<SectionDraft> layers, List<SectionDraft> to) {
        Set<SectionDraft> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.addAll(to);
        for (SectionDraft layer : layers) {
            work++;
            if (seen.add(layer)) {
                to.add(layer);
            }
        }
    }

    /** A section that inherits from one around it would go on for ever. */
    private void refuse(SectionDraft at) {
        if (!refused) {
            refused = true;
            mistakes.add(new ConfigMistake(ConfigMistake.Kind.SYNTAX, at.origin, at.name, "inherits too deep or too often"));
        }
    }

    private void note(SectionDraft section, Origin origin, String text) {
        notes.add(new ConfigNote(origin, section.name, text));
    }
}
