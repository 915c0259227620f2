package dev.keylane.daemon.config;

import dev.keylane.daemon.config.KnownKey.Use;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What becomes of each setting of files that were written for strongSwan.
 *
 * @param found     strongswan.conf, when it was read though nobody named it: {@code keylane run} would not
 * @param entries   a line of a file each, in the order they were read; a line that several connections inherit is there once
 * @param warnings  what is to be known of settings that are used, and of files: devices that are not there, for instance
 * @param additions what keylane could do besides
 */
public record MigrationReport(Optional<Path> found, List<Entry> entries, List<ConfigNote> warnings, List<Addition> additions) {
    public MigrationReport {
        entries = List.copyOf(entries);
        warnings = List.copyOf(warnings);
        additions = List.copyOf(additions);
    }

    public enum Verdict { USED, IGNORED, REFUSED }

    /**
     * @param place  the section, empty for what stands in none
     * @param text   why it is ignored or refused, empty when it is used; no values but of keys that hold no secrets
     * @param advice what to do, may be empty
     */
    public record Entry(Verdict verdict, Origin origin, String place, String key, String text, String advice) {
    }

    /**
     * A line worth adding.
     *
     * @param origin of the section it goes into
     */
    public record Addition(Origin origin, String place, String line, String why) {
    }

    public List<Entry> of(Verdict verdict) {
        return entries.stream().filter(entry -> entry.verdict() == verdict).toList();
    }

    /** Reads files as {@link Configuration#load(List)} does, and strongswan.conf where it lies beside them. */
    public static MigrationReport read(List<Path> filesOrDirectories) {
        List<Path> all = new ArrayList<>(filesOrDirectories);
        Optional<Path> found = ConfigPaths.strongswanConf(filesOrDirectories);
        found.ifPresent(all::addFirst);
        SettingsReader.Settings settings = SettingsReader.read(ConfigPaths.files(all, new ArrayList<>()));
        return of(found, Configuration.load(all), settings.root(), CredentialFiles.beside(filesOrDirectories));
    }

    /**
     * @param root    what {@code loaded} was read from
     * @param unasked warnings of what stands in no file of settings
     */
    private static MigrationReport of(Optional<Path> strongswanConf, Loaded loaded, Section root, List<ConfigNote> unasked) {
        Map<Line, Entry> entries = new LinkedHashMap<>();
        Map<Line, ConfigMistake> mistakes = new LinkedHashMap<>();
        loaded.mistakes().forEach(mistake -> mistakes.putIfAbsent(new Line(mistake.origin(), mistake.key()), mistake));
        KeyWalk.through(root, found -> {
            Line line = new Line(found.setting().origin(), found.name());
            entries.computeIfAbsent(line, _ -> entry(found, mistakes.remove(line)));
        });
        mistakes.forEach((line, mistake) -> entries.putIfAbsent(line,
                new Entry(Verdict.REFUSED, line.origin, "", line.key, mistake.text(), Advice.of(mistake))));
        List<ConfigNote> warnings = new ArrayList<>(unasked);
        for (ConfigNote note : loaded.notes()) {
            if (note.origin().line() == 0) {
                warnings.add(note);
                continue;
            }
            Entry entry = entries.putIfAbsent(new Line(note.origin(), note.key()),
                    new Entry(Verdict.IGNORED, note.origin(), "", note.key(), note.text(), ""));
            if (entry != null && entry.verdict() == Verdict.USED) {
                warnings.add(note);
            }
        }
        return new MigrationReport(strongswanConf, new ArrayList<>(entries.values()), warnings, Additions.to(root));
    }

    private static Entry entry(KeyWalk.Found found, ConfigMistake mistake) {
        Origin origin = found.setting().origin();
        KnownKey<?> key = KnownKeys.find(found.scope(), found.name()).orElse(null);
        if (mistake != null || key == null) {
            String text = mistake == null ? "unknown key" : mistake.text();
            String advice = key != null && !key.remark().isEmpty() ? key.remark()
                    : mistake == null ? "" : Advice.of(mistake);
            return new Entry(Verdict.REFUSED, origin, found.place(), found.name(), text, advice);
        }
        return new Entry(key.use() == Use.USED ? Verdict.USED : Verdict.IGNORED, origin, found.place(), found.name(),
                switch (key.use()) {
                    case USED -> "";
                    case IGNORED -> key.remark();
                    case REFUSED -> "asks for nothing that keylane does not do anyway";
                }, "");
    }

    private record Line(Origin origin, String key) {
        private Line {
            Objects.requireNonNull(origin);
        }
    }
}
