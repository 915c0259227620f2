package dev.keylane.daemon.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Opens settings files for one reading, follows their includes, and keeps what was read within bounds. */
final class SettingsFiles {
    /** Depth of sections. */
    static final int MAX_DEPTH = 32;
    /** Keys and sections: ten thousand connections and more. */
    static final int MAX_NODES = 400_000;

    private final List<ConfigMistake> mistakes = new ArrayList<>();
    private final List<ConfigNote> notes = new ArrayList<>();
    private final List<Path> read = new ArrayList<>();
    private final Set<String> templates = new HashSet<>();
    private final Deque<Path> open = new ArrayDeque<>();
    private final SectionDraft root;
    private long bytes;
    private int nodes;

    SettingsFiles(Origin origin) {
        root = new SectionDraft("", origin);
    }

    SectionDraft root() {
        return root;
    }

    List<ConfigMistake> mistakes() {
        return mistakes;
    }

    List<ConfigNote> notes() {
        return notes;
    }

    /** Every file that was opened, in order. */
    List<Path> read() {
        return read;
    }

    /** Top-level sections that others inherit from. */
    Set<String> templates() {
        return templates;
    }

    void refersTo(String path) {
        templates.add(path.split("\\.", 2)[0]);
    }

    /** Counts a key or section; false when there are too many. */
    boolean hasRoom() {
        return ++nodes <= MAX_NODES;
    }

    void mistake(ConfigMistake mistake) {
        mistakes.add(mistake);
    }

    /** Reads a file that the operator named. */
    boolean load(Path file) {
        return load(file, root, new Origin(file.toString(), 0), "file");
    }

    /** Reads {@code text} as if it were the content of {@code file}. */
    boolean parse(String text, Path file, SectionDraft into) {
        for (int i = 0, line = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) && "\n\r\t".indexOf(c) < 0) {
                return refuse(new Origin(file.toString(), line), "file", "control character 0x%02x".formatted((int) c));
            }
            line += c == '\n' ? 1 : 0;
        }
        open.push(file);
        boolean done = new SettingsParser(new SettingsScanner(text, file.toString()), this).file(into, 0);
        open.pop();
        return done;
    }

    /** {@code include pattern}, relative to the file it stands in. As with strongSwan, there may be no such file. */
    boolean include(String pattern, SectionDraft into, Origin origin) {
        if (pattern.isEmpty()) {
            return passOver(origin, "no file is named, nothing is included");
        }
        if (open.size() >= MAX_INCLUDES) {
            return refuse(origin, "include", "files include each other more than " + MAX_INCLUDES + " deep");
        }
        Optional<List<Path>> files = IncludePattern.expand(open.peek().toAbsolutePath().getParent(), pattern);
        if (files.isEmpty()) {
            return refuse(origin, "include", "not a file name: " + pattern);
        }
        boolean done = true;
        for (Path file : files.get()) {
            Path named = named(file, pattern);
            if (!Files.exists(named) || Files.isDirectory(named)) {
                passOver(origin, (Files.exists(named) ? "not a file: " : "no such file: ") + named + ", nothing is included");
            } else {
                done &= load(named, into, origin, "include");
            }
        }
        return done;
    }

    private boolean passOver(Origin origin, String text) {
        notes.add(new ConfigNote(origin, "include", text));
        return true;
    }

    /** Files are named in messages relative to the file the operator named, when that was relative. */
    private Path named(Path file, String pattern) {
        Path parent = open.peek().getParent();
        boolean absolute = open.peek().isAbsolute() || pattern.startsWith("/");
        if (absolute) {
            return file;
        }
        Path inside = open.peek().toAbsolutePath().getParent().relativize(file);
        return parent == null ? inside : parent.resolve(inside);
    }

    private boolean load(Path file, SectionDraft into, Origin origin, String key) {
        if (!Files.exists(file)) {
            return refuse(origin, key, "no such file: " + file);
        }
        if (!Files.isRegularFile(file)) {
            return refuse(origin, key, "not a file: " + file);
        }
        if (open.stream().anyMatch(other -> isSame(other, file))) {
            return refuse(origin, key, file + " includes itself");
        }
        if (read.size() >= MAX_FILES) {
            return refuse(origin, key, "more than " + MAX_FILES + " files");
        }
        read.add(file);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes((int) (MAX_BYTES - bytes) + 1);
            bytes += content.length;
            if (bytes > MAX_BYTES) {
                bytes = MAX_BYTES;
                return refuse(origin, key, "the configuration is larger than " + MAX_BYTES / (1 << 20) + " MiB");
            }
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
            return parse(text, file, into);
        } catch (CharacterCodingException notUtf8) {
            return refuse(new Origin(file.toString(), 0), key, "not UTF-8 text");
        } catch (IOException failed) {
            return refuse(origin, key, "cannot read " + file);
        }
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.exists(one) && Files.isSameFile(one, other);
        } catch (IOException gone) {
            return false;
        }
    }

    private boolean refuse(Origin origin, String key, String text) {
        mistake(new ConfigMistake(ConfigMistake.Kind.SYNTAX, origin, key, text));
        return false;
    }

    private static final int MAX_INCLUDES = 10;
    private static final int MAX_FILES = 1000;
    private static final long MAX_BYTES = 16 << 20;
}
