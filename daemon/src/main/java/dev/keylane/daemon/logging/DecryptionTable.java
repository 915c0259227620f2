package dev.keylane.daemon.logging;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.sa.Effect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of IKE SAs, a line each, as Wireshark keeps them in its {@code ikev2_decryption_table}: who has this file can read
 * the messages of those IKE SAs, and with their keys everything under them. Off unless a path is set. The file is its owner's
 * alone. What cannot be written is told and changes nothing.
 */
public final class DecryptionTable {
    private final Executor writer;
    private volatile Optional<Path> file = Optional.empty();

    /** Writes in a thread of its own: a disk may be slow, and the event loop must not be. */
    public DecryptionTable() {
        ThreadPoolExecutor one = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1000),
                Thread.ofPlatform().daemon().name("keylane-keys").factory());
        one.allowCoreThreadTimeOut(true);
        this.writer = one;
    }

    DecryptionTable(Executor writer) {
        this.writer = writer;
    }

    /** @param path empty for writing none */
    public void use(Optional<Path> path) {
        if (!path.equals(file)) {
            path.ifPresent(to -> LOG.warn("keys of IKE_SAs are written to {}: who reads it reads their messages", to));
            file = path;
        }
    }

    public void on(Effect effect) {
        if (effect instanceof Effect.KeysAgreed agreed) {
            file.ifPresent(path -> write(path, agreed));
        }
    }

    /** The keys are taken now, for they may be destroyed before they are written. */
    private void write(Path path, Effect.KeysAgreed agreed) {
        Optional<String> line = line(agreed);
        if (line.isEmpty()) {
            LOG.warn("Wireshark cannot decrypt {}, no keys are written", agreed.suite().encryption());
            return;
        }
        try {
            writer.execute(() -> write(path, line.get()));
        } catch (RejectedExecutionException full) {
            LOG.warn("keys are not written to {}, too many wait", path);
        }
    }

    private static void write(Path path, String line) {
        try {
            makeOurs(path);
            try (ByteChannel channel = Files.newByteChannel(path, Set.of(StandardOpenOption.APPEND, StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS))) {
                channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
            }
        } catch (IOException failed) {
            LOG.warn("cannot write keys to {}: {}", path, failed.getMessage());
        }
    }

    /** A file that somebody else has made he can read, whatever its permissions say later; a device is nobody's diary. */
    private static void makeOurs(Path path) throws IOException {
        try {
            Files.createFile(path, OWNERS_ALONE);
        } catch (FileAlreadyExistsException there) {
            Map<String, Object> found = Files.readAttributes(path, "unix:uid,nlink,isRegularFile", LinkOption.NOFOLLOW_LINKS);
            Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            if (!Boolean.TRUE.equals(found.get("isRegularFile")) || !self.equals(found.get("uid"))
                    || ((Number) found.get("nlink")).intValue() != 1) {
                throw new IOException("not a file of our own", there);
            }
            Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS).setPermissions(OWNERS);
        }
    }

    /** SPIs, SK_ei, SK_er, the cipher, SK_ai, SK_ar, the integrity algorithm; empty when Wireshark has no name for one. */
    static Optional<String> line(Effect.KeysAgreed agreed) {
        IkeSuite suite = agreed.suite();
        return encryption(suite).map(cipher -> "%016x,%016x,%s,%s,\"%s\",%s,%s,\"%s\"\n".formatted(agreed.spiInitiator(),
                agreed.spiResponder(), hex(agreed.keys().ei()), hex(agreed.keys().er()), cipher, hex(agreed.keys().ai()),
                hex(agreed.keys().ar()), integrity(suite.integrity())));
    }

    private static Optional<String> encryption(IkeSuite suite) {
        return switch (suite.encryption()) {
            case EncryptionAlgorithm.AES_CBC -> Optional.of("AES-CBC-" + suite.keyBits() + " [RFC3602]");
            case EncryptionAlgorithm.AES_GCM_16 -> Optional.of("AES-GCM-" + suite.keyBits() + " with 16 octet ICV [RFC5282]");
            case EncryptionAlgorithm.CHACHA20_POLY1305 -> Optional.empty();
        };
    }

    private static String integrity(@Nullable IntegrityAlgorithm algorithm) {
        return algorithm == null ? "NONE [RFC4306]" : algorithm.name() + " [RFC4868]";
    }

    private static String hex(@Nullable Secret key) {
        return key == null ? "" : HexFormat.of().formatHex(key.borrow());
    }

    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_ALONE = PosixFilePermissions.asFileAttribute(OWNERS);
    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
