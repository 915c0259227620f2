package dev.keylane.daemon.vici.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
    @TempDir
    private Path directory;

    @Test
    void isForOwnerAndGroupOnlyAndGoneAfterwards() throws IOException {
        Path path;
        try (ServerFixture server = new ServerFixture(directory.resolve("new"))) {
            path = server.path;
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-rw----");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.getParent())))
                    .endsWith("---");
            try (Stream<Path> files = Files.list(path.getParent())) {
                assertThat(files).containsExactly(path);
            }
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void replacesAStaleSocket() throws IOException {
        Path path = directory.resolve("keylane.vici");
        try (ServerSocketChannel crashed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            crashed.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        try (ServerFixture server = new ServerFixture(directory)) {
            server.client().close();
        }
    }

    @Test
    void leavesASocketAloneThatSomebodyAnswersOn() throws IOException {
        try (ServerFixture server = new ServerFixture(directory)) {
            assertThatThrownBy(() -> new ServerFixture(directory)).isInstanceOf(IOException.class)
                    .hasMessage("another daemon answers on the control socket " + server.path);
            server.client().close();
        }
    }

    @Test
    void leavesAFileAlone() throws IOException {
        Files.writeString(directory.resolve("keylane.vici"), "precious");
        assertThatThrownBy(() -> new ServerFixture(directory)).isInstanceOf(IOException.class)
                .hasMessageStartingWith("the control socket's path is taken by something else: ");
        assertThat(directory.resolve("keylane.vici")).hasContent("precious");
    }

    @Test
    void refusesAPathThatNoSocketCanHave() {
        Path far = directory.resolve("x".repeat(100));
        assertThatThrownBy(() -> new ServerFixture(far)).isInstanceOf(IOException.class)
                .hasMessageStartingWith("the control socket's path is too long: ");
        assertThat(far).doesNotExist();
    }

    @Test
    void makesOneDirectoryButNoTree() {
        Path mistyped = directory.resolve("rnu/keylane");
        assertThatThrownBy(() -> new ServerFixture(mistyped)).isInstanceOf(IOException.class).hasMessage(
                "no such directory: " + directory.resolve("rnu") + "; choose another place by --control");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void doesNotRemoveTheSocketOfASuccessor() throws IOException {
        ServerFixture first = new ServerFixture(directory);
        Files.delete(first.path);
        try (ServerFixture second = new ServerFixture(directory)) {
            first.close();
            second.client().close();
        }
    }
}
