package dev.keylane.daemon.config;

import java.util.Optional;

/**
 * The grammar of a settings file, over one text. Stops at the first thing it cannot read, which becomes a mistake:
 * behind it nothing would mean what it seems to.
 */
final class SettingsParser {
    private final SettingsScanner in;
    private final SettingsFiles files;

    SettingsParser(SettingsScanner in, SettingsFiles files) {
        this.in = in;
        this.files = files;
    }

    /** Reads the whole text into {@code section}; false when that failed. */
    boolean file(SectionDraft section, int depth) {
        if (!statements(section, depth)) {
            return false;
        }
        return in.atEnd() || fail(in.origin(), "}", "there is no section to close here");
    }

    private boolean statements(SectionDraft section, int depth) {
        for (in.skipBlank(); !in.atEnd() && in.peek() != '}'; in.skipBlank()) {
            if (!statement(section, depth)) {
                return false;
            }
        }
        return true;
    }

    private boolean statement(SectionDraft section, int depth) {
        Origin origin = in.origin();
        String name = in.name();
        if (name.isEmpty()) {
            return fail(origin, in.shown(), "expected a key or a section name");
        }
        if (!files.hasRoom()) {
            return fail(origin, name, "more than " + SettingsFiles.MAX_NODES + " keys and sections");
        }
        boolean spaced = !in.atEnd() && (in.peek() == ' ' || in.peek() == '\t');
        in.skipSpaces();
        if (name.equals("include") && spaced && !in.atEnd() && in.peek() != '=') {
            return include(section, origin);
        }
        in.skipBlank();
        if (in.accept('=')) {
            return assignment(section, name, origin);
        }
        if (in.accept(':')) {
            return references(section.section(name, origin), name) && body(section, name, origin, depth);
        }
        return body(section, name, origin, depth);
    }

    private boolean assignment(SectionDraft section, String key, Origin origin) {
        Optional<SettingsScanner.Value> value = in.value();
        if (value.isEmpty()) {
            return fail(origin, key, "the quoted string does not end");
        }
        if (value.get().given()) {
            section.settings.put(key, new Setting.Scalar(value.get().text(), origin));
        } else {
            section.clear(key);
        }
        return true;
    }

    private boolean references(SectionDraft section, String name) {
        do {
            in.skipBlank();
            Origin origin = in.origin();
            String path = in.name();
            if (path.isEmpty()) {
                return fail(origin, name, "expected the name of a section to inherit from, found " + in.shown());
            }
            section.references.add(new SectionDraft.Reference(path, origin));
            files.refersTo(path);
            in.skipBlank();
        } while (in.accept(','));
        return true;
    }

    private boolean body(SectionDraft parent, String name, Origin origin, int depth) {
        in.skipBlank();
        if (!in.accept('{')) {
            return fail(in.atEnd() ? origin : in.origin(), name, "expected '=' or '{', found " + in.shown());
        }
        if (depth >= SettingsFiles.MAX_DEPTH) {
            return fail(origin, name, "sections are nested more than " + SettingsFiles.MAX_DEPTH + " deep");
        }
        if (!statements(parent.section(name, origin), depth + 1)) {
            return false;
        }
        return in.accept('}') || fail(origin, name, "the section is not closed");
    }

    private boolean include(SectionDraft section, Origin origin) {
        Optional<String> pattern = in.includePattern();
        if (pattern.isEmpty()) {
            return fail(origin, "include", "the quoted string does not end");
        }
        return files.include(pattern.get(), section, origin);
    }

    private boolean fail(Origin origin, String key, String text) {
        files.mistake(new ConfigMistake(ConfigMistake.Kind.SYNTAX, origin, key, text));
        return false;
    }
}
