package dev.keylane.daemon.vici.server;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a listening socket. The socket is bound inside a directory that only its owner can enter, gets its mode
 * there, and is then moved to its place, so that at no time anybody else could connect.
 */
final class SocketFile {
    private final Path path;
    private final Optional<String> group;
    private @Nullable Object key;

    /** @param group who may connect besides its owner; empty for the process's */
    SocketFile(Path path, Optional<String> group) {
        this.path = path.toAbsolutePath();
        this.group = group;
    }

    /**
     * Where to bind: a name in a new private directory beside the path.
     *
     * @throws IOException when the path cannot be used, with a sentence for the operator
     */
    Path prepare() throws IOException {
        Path bound = path.resolveSibling(".v%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24))).resolve("s");
        refuseTooLong();
        refuseIfTaken();
        makeDirectory();
        make(bound.getParent(), "rwx------");
        return bound;
    }

    /**
     * Makes the directory the path is in, but not the one above: a mistyped path shall not grow a tree.
     *
     * @return whether it was not there
     * @throws IOException when there can be no file in it, with a sentence for the operator
     */
    boolean makeDirectory() throws IOException {
        Path parent = path.getParent();
        if (Files.isDirectory(parent)) {
            if (!Files.isWritable(parent)) {
                throw new IOException("cannot write to " + parent + "; " + ELSEWHERE);
            }
            return false;
        }
        if (!Files.isDirectory(parent.getParent())) {
            throw new IOException("no such directory: " + parent.getParent() + "; " + ELSEWHERE);
        }
        make(parent, "rwxr-x---");
        if (group.isPresent()) {
            try {
                give(parent, principal(group.get()));
            } catch (IOException refused) {
                Files.delete(parent);
                throw refused;
            }
        }
        return true;
    }

    /** Unless something is in it by now. */
    void removeDirectory() throws IOException {
        try {
            Files.deleteIfExists(path.getParent());
        } catch (DirectoryNotEmptyException others) {
            LOG.debug("{} is kept, it is not empty", path.getParent());
        }
    }

    private static void make(Path directory, String permissions) throws IOException {
        try {
            Files.createDirectory(directory, mode(permissions));
        } catch (AccessDeniedException denied) {
            throw new IOException("cannot create " + directory + ": permission denied; " + ELSEWHERE, denied);
        } catch (FileSystemException refused) {
            throw new IOException("cannot create " + directory + ": "
                    + Objects.requireNonNullElse(refused.getReason(), "something else is there"), refused);
        }
    }

    /** @throws IOException when there is no such group */
    void refuseUnknownGroup() throws IOException {
        if (group.isPresent()) {
            principal(group.get());
        }
    }

    /** @throws IOException when no socket can have this path, or the one that it is bound at first */
    void refuseTooLong() throws IOException {
        if (isTooLong(path) || isTooLong(path.resolveSibling(".v000000").resolve("s"))) {
            throw new IOException("the control socket's path is too long: " + path);
        }
    }

    /** @throws IOException when something that must not be replaced is there */
    void refuseIfTaken() throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            checkStale();
        }
    }

    private static boolean isTooLong(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH;
    }

    private static FileAttribute<?> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    private void checkStale() throws IOException {
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther()) {
            throw new IOException("the control socket's path is taken by something else: " + path);
        }
        if (somebodyAnswers()) {
            throw new IOException("another daemon answers on the control socket " + path);
        }
    }

    private boolean somebodyAnswers() {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    /** Puts the socket bound at {@code bound} in its place, over a stale one. */
    void publish(Path bound) throws IOException {
        if (group.isPresent()) {
            admit(group.get(), bound);
        }
        Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-rw----"));
        key = Files.readAttributes(bound, BasicFileAttributes.class).fileKey();
        Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(bound.getParent());
    }

    /** A group that may connect has to get there: through a directory that is ours, too; others' are left as they are. */
    private void admit(String name, Path bound) throws IOException {
        GroupPrincipal admitted = principal(name);
        Path parent = path.getParent();
        give(bound, admitted);
        if (isOfTheService(parent)) {
            give(parent, admitted);
        } else if (!lets(admitted, view(parent).readAttributes())) {
            LOG.warn("the group {} may use the control socket, but cannot get into {}", name, parent);
        }
    }

    private static void give(Path file, GroupPrincipal admitted) throws IOException {
        try {
            view(file).setGroup(admitted);
        } catch (FileSystemException refused) {
            throw new IOException("the control socket cannot be given to the group " + admitted + ": "
                    + refused.getReason() + "; a daemon without CAP_CHOWN must be in the group", refused);
        }
    }

    private static boolean lets(GroupPrincipal group, PosixFileAttributes directory) {
        return directory.permissions().contains(PosixFilePermission.OTHERS_EXECUTE)
                || directory.group().equals(group) && directory.permissions().contains(PosixFilePermission.GROUP_EXECUTE);
    }

    /** systemd makes directories for its services, and tells them so. */
    private static boolean isOfTheService(Path directory) {
        return List.of(System.getenv().getOrDefault("RUNTIME_DIRECTORY", "").split(":")).contains(directory.toString());
    }

    private GroupPrincipal principal(String name) throws IOException {
        try {
            return path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
        } catch (UserPrincipalNotFoundException unknown) {
            throw new IOException("there is no group " + name + " for the control socket", unknown);
        }
    }

    private static PosixFileAttributeView view(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Clears away what {@link #prepare} made when binding failed. */
    void discard(Path bound) throws IOException {
        Files.deleteIfExists(bound);
        Files.deleteIfExists(bound.getParent());
    }

    /** Removes the file unless somebody else has put theirs there. */
    void remove() throws IOException {
        if (key != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && key.equals(Files.readAttributes(path, BasicFileAttributes.class).fileKey())) {
            Files.delete(path);
        }
    }

    /** {@code sun_path} has 108 octets, the last of them zero. */
    private static final int MAX_PATH = 107;
    private static final Logger LOG = LoggerFactory.getLogger("CFG");
    private static final String ELSEWHERE = "choose another place by --control";
}
