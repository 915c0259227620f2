package dev.keylane.daemon.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Reads settings files into one tree; later files add to and override earlier ones. */
public final class SettingsReader {
    private SettingsReader() {
    }

    /**
     * @param root      empty when there is a mistake
     * @param templates names of top-level sections that others inherit from, which need not mean anything themselves
     * @param files     every file that was opened, includes included
     * @param notes     what was passed over, such as a file to include that is not there
     */
    public record Settings(Section root, Set<String> templates, List<Path> files, List<ConfigMistake> mistakes,
                           List<ConfigNote> notes) {
        public Settings {
            templates = Set.copyOf(templates);
            files = List.copyOf(files);
            mistakes = List.copyOf(mistakes);
            notes = notes.stream().distinct().toList();
        }
    }

    public static Settings read(List<Path> files) {
        SettingsFiles reading = new SettingsFiles(new Origin(files.isEmpty() ? "" : files.getFirst().toString(), 0));
        files.forEach(reading::load);
        return finish(reading);
    }

    /** Reads {@code text} as the content of {@code file}, which need not exist. */
    public static Settings parse(String text, Path file) {
        SettingsFiles reading = new SettingsFiles(new Origin(file.toString(), 0));
        reading.parse(text, file, reading.root());
        return finish(reading);
    }

    private static Settings finish(SettingsFiles reading) {
        // What a half-read file refers to may stand in the half that was not read.
        Section root = reading.mistakes().isEmpty()
                ? SectionInheritance.resolve(reading.root(), reading.mistakes(), reading.notes())
                : Section.named("", reading.root().origin).build();
        return new Settings(root, reading.templates(), reading.read(), reading.mistakes(), reading.notes());
    }
}
