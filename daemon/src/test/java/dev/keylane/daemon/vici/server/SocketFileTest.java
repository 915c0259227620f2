package dev.keylane.daemon.vici.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void isForAGroupThatCanGetThere() throws IOException {
        assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).isEqualTo(0);
        try (ServerFixture server = new ServerFixture(directory.resolve("new"), "daemon")) {
            assertThat(Files.getAttribute(server.path, "posix:group")).hasToString("daemon");
            assertThat(Files.getAttribute(server.path.getParent(), "posix:group")).hasToString("daemon");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.path))).isEqualTo("rw-rw----");
        }
    }

    /** Whoever else has business there would lose it, and the group would see what it should not. */
    @ParameterizedTest
    @ValueSource(strings = {"rwxr-xr-x", "rwxr-x---"})
    void leavesOthersDirectoriesAsTheyAre(String mode) throws IOException {
        assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).isEqualTo(0);
        Path theirs = Files.createDirectory(directory.resolve("theirs"));
        Files.setPosixFilePermissions(theirs, PosixFilePermissions.fromString(mode));
        Object before = Files.getAttribute(theirs, "posix:group");
        try (ServerFixture server = new ServerFixture(theirs, "daemon")) {
            assertThat(Files.getAttribute(server.path, "posix:group")).hasToString("daemon");
            assertThat(Files.getAttribute(theirs, "posix:group")).isEqualTo(before);
        }
    }

    @Test
    void membersOfTheGroupCanConnectAndOthersCannot(@TempDir Path own) throws IOException, InterruptedException {
        assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).isEqualTo(0);
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ServerFixture server = new ServerFixture(own.resolve("run"), "daemon")) {
            assertThat(mayWrite("daemon", server.path)).isTrue();
            assertThat(mayWrite("bin", server.path)).isFalse();
        }
    }

    /** What connecting takes, for a user that is nobody. */
    private static boolean mayWrite(String group, Path socket) throws IOException, InterruptedException {
        return new ProcessBuilder("setpriv", "--reuid=65534", "--regid=" + group, "--clear-groups", "test", "-w", socket.toString())
                .inheritIO().start().waitFor() == 0;
    }

    @Test
    void leavesNothingBehindForAGroupThatIsNot() throws IOException {
        assertThatThrownBy(() -> new ServerFixture(directory, "no-such-group")).isInstanceOf(IOException.class)
                .hasMessage("there is no group no-such-group for the control socket");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
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
