package dev.keylane.daemon.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of what is ours in the kernel. Lines are appended <em>before</em> anything is installed and after it is
 * gone; a line counts when its newline is there. Nothing is forced to the disk: the page cache outlives a killed
 * process, and what it does not outlive takes the kernel's SAs along. The first line names the boot the entries
 * belong to.
 */
final class OwnedState implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final @Nullable Path file;
    private final String header;
    private final @Nullable FileChannel lock;
    /** By its name: the device may be another by now. */
    private final Map<Owned, Owned> live = new LinkedHashMap<>();
    private @Nullable FileChannel channel;
    private int lines;

    private OwnedState(@Nullable Path file, String boot, @Nullable FileChannel lock) {
        this.file = file;
        this.header = MAGIC + " " + boot;
        this.lock = lock;
    }

    /** Remembers in memory alone. */
    static OwnedState inMemory() {
        return new OwnedState(null, "", null);
    }

    /**
     * Opens or creates the journal and reads what an earlier run left.
     *
     * @throws IOException when it cannot be read or written, or another daemon has it open
     */
    static OwnedState open(Path file, String boot) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        return read(new OwnedState(file, boot, lock(file)));
    }

    /** As {@link #open}, for whoever holds the lock of another journal that this one belongs to. */
    static OwnedState openBeside(Path file, String boot) throws IOException {
        return read(new OwnedState(file, boot, null));
    }

    private static OwnedState read(OwnedState state) throws IOException {
        try {
            state.read();
            state.compact();
        } catch (IOException unusable) {
            state.close();
            throw unusable;
        }
        return state;
    }

    boolean contains(Owned entry) {
        return live.containsKey(entry);
    }

    /** What is in the kernel. */
    Set<Owned> live() {
        return live.values().stream().filter(entry -> !(entry instanceof Owned.Number)).collect(Collectors.toUnmodifiableSet());
    }

    /** Whose numbers these are. */
    List<Owned.Number> numbers() {
        return live.values().stream().filter(Owned.Number.class::isInstance).map(Owned.Number.class::cast).toList();
    }

    /** @return those that were not known */
    Set<Owned> add(Collection<Owned> entries) {
        Set<Owned> fresh = new LinkedHashSet<>();
        List<Owned> changed = new ArrayList<>();
        for (Owned entry : entries) {
            Owned before = live.put(entry, entry);
            if (before == null) {
                fresh.add(entry);
            }
            if (before == null || !before.device().equals(entry.device())) {
                changed.add(entry);
            }
        }
        append('+', changed);
        return Set.copyOf(fresh);
    }

    void remove(Collection<Owned> entries) {
        append('-', entries.stream().filter(entry -> live.remove(entry) != null).toList());
        if (lines > 2 * live.size() + SLACK) {
            try {
                compact();
            } catch (IOException failed) {
                broken(failed);
            }
        }
    }

    private void append(char sign, Collection<Owned> entries) {
        if (channel == null || entries.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(sign).append(entry).append('\n'));
        try {
            write(channel, text);
            lines += entries.size();
        } catch (IOException failed) {
            broken(failed);
        }
    }

    /** Without a journal the daemon still works, only its next start after a crash does not clean up. */
    private void broken(IOException failed) {
        LOG.error("cannot write {}, kernel state will not be found again after a crash: {}", file, failed.toString());
        closeQuietly(channel);
        channel = null;
    }

    private void read() throws IOException {
        if (file == null || !Files.exists(file)) {
            return;
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        String[] complete = text.substring(0, text.lastIndexOf('\n') + 1).split("\n");
        if (!complete[0].equals(header)) {
            LOG.info("{} is of another boot or format, nothing in it is in this kernel", file);
            return;
        }
        int damaged = 0;
        for (int i = 1; i < complete.length; i++) {
            damaged += apply(complete[i]) ? 0 : 1;
        }
        if (damaged > 0) {
            LOG.warn("{} has {} damaged lines", file, damaged);
        }
    }

    private boolean apply(String line) {
        Owned entry = line.isEmpty() ? null : Owned.parse(line.substring(1)).orElse(null);
        if (entry == null || line.charAt(0) != '+' && line.charAt(0) != '-') {
            return false;
        }
        if (line.charAt(0) == '+') {
            live.put(entry, entry);
        } else {
            live.remove(entry);
        }
        return true;
    }

    private void compact() throws IOException {
        if (file == null) {
            return;
        }
        closeQuietly(channel);
        forgetNumbers();
        StringBuilder text = new StringBuilder(header).append('\n');
        live.values().forEach(entry -> text.append('+').append(entry).append('\n'));
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        FileChannel next = open(fresh, StandardOpenOption.TRUNCATE_EXISTING);
        channel = next;
        write(next, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        lines = live.size();
    }

    /** Those that nothing in the kernel has. */
    private void forgetNumbers() {
        Set<Integer> used = live().stream().map(Owned::reqid).collect(Collectors.toSet());
        live.keySet().removeIf(entry -> entry instanceof Owned.Number && !used.contains(entry.reqid()));
    }

    /** For writing, created when it is not there. Addresses and SPIs are nothing for every user to read. */
    private static FileChannel open(Path file, OpenOption... more) throws IOException {
        Set<OpenOption> options = new HashSet<>(List.of(more));
        options.addAll(List.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        return FileChannel.open(file, options,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
    }

    private static void write(FileChannel to, CharSequence text) throws IOException {
        ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(text.toString());
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = open(file.resolveSibling(file.getFileName() + ".lock"));
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException heldHere) {
            LOG.debug("{} is open in this process already", file);
        }
        channel.close();
        throw new IOException(file + " is in use by another daemon");
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException ignored) {
            LOG.debug("closing the journal: {}", ignored.toString());
        }
    }

    /** A journal with nothing in it goes; the lock's file stays, for somebody may be waiting to open it. */
    @Override
    public void close() {
        if (file != null && channel != null && live().isEmpty()) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException kept) {
                LOG.debug("removing the journal: {}", kept.toString());
            }
        }
        closeQuietly(channel);
        closeQuietly(lock);
    }

    private static final String MAGIC = "keylane-owned-1";
    /** Dead lines that are tolerated before the file is written anew. */
    private static final int SLACK = 1024;
}
