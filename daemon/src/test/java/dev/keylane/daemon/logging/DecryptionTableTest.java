package dev.keylane.daemon.logging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.crypto.IkeKeys;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.PrfAlgorithm;
import dev.keylane.ike.sa.Effect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecryptionTableTest {
    private static final Effect.KeysAgreed CBC = agreed(EncryptionAlgorithm.AES_CBC, 128, IntegrityAlgorithm.HMAC_SHA2_256_128);
    private static final String CBC_LINE = "0123456789abcdef,fedcba9876543210,03,04,\"AES-CBC-128 [RFC3602]\",01,02,"
            + "\"HMAC_SHA2_256_128 [RFC4868]\"\n";

    @TempDir
    private Path dir;
    private final DecryptionTable table = new DecryptionTable(Runnable::run);

    private static Effect.KeysAgreed agreed(EncryptionAlgorithm cipher, int bits, IntegrityAlgorithm integrity) {
        return new Effect.KeysAgreed(0x0123456789abcdefL, 0xfedcba9876543210L,
                new IkeSuite(cipher, bits, PrfAlgorithm.PRF_HMAC_SHA2_256, integrity, KeGroup.CURVE_25519),
                new IkeKeys(secret(9), integrity == null ? null : secret(1), integrity == null ? null : secret(2), secret(3),
                        secret(4), secret(5), secret(6)));
    }

    private static Secret secret(int octet) {
        return Secret.copyOf(new byte[] {(byte) octet});
    }

    @Test
    void writesLinesForWireshark() {
        assertThat(DecryptionTable.line(CBC)).contains(CBC_LINE);
        assertThat(DecryptionTable.line(agreed(EncryptionAlgorithm.AES_GCM_16, 256, null))).contains(
                "0123456789abcdef,fedcba9876543210,03,04,\"AES-GCM-256 with 16 octet ICV [RFC5282]\",,,\"NONE [RFC4306]\"\n");
        assertThat(DecryptionTable.line(agreed(EncryptionAlgorithm.CHACHA20_POLY1305, 256, null))).isEmpty();
    }

    @Test
    void theFileIsItsOwnersAlone() throws IOException {
        Path file = dir.resolve("keys");
        table.on(CBC);
        assertThat(file).doesNotExist();
        table.use(Optional.of(file));
        table.on(CBC);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        table.on(CBC);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        table.use(Optional.empty());
        table.on(CBC);
        assertThat(file).hasContent(CBC_LINE + CBC_LINE);
    }

    @Test
    void followsNoLinkAndStumblesOverNothing() throws IOException {
        Path elsewhere = Files.createFile(dir.resolve("elsewhere"));
        table.use(Optional.of(Files.createSymbolicLink(dir.resolve("link"), elsewhere)));
        table.on(CBC);
        assertThat(elsewhere).isEmptyFile();
        table.use(Optional.of(dir));
        table.on(CBC);
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(Path.of("/dev/null"));
        table.use(Optional.of(Path.of("/dev/null")));
        table.on(CBC);
        assertThat(Files.getPosixFilePermissions(Path.of("/dev/null"))).isEqualTo(before);
        Files.createLink(dir.resolve("hard"), elsewhere);
        table.use(Optional.of(elsewhere));
        table.on(CBC);
        assertThat(elsewhere).isEmptyFile();
        table.use(Optional.of(dir.resolve("no/such/directory")));
        table.on(CBC);
    }
}
