package dev.keylane.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotifySocketTest {
    @TempDir
    private Path directory;

    @Test
    void reachesAPathAndAnAbstractName() {
        for (String name : new String[] {directory.resolve("notify").toString(), "@keylane-notify-" + ProcessHandle.current().pid()}) {
            try (Fd manager = listen(name); NotifySocket socket = NotifySocket.connect(name)) {
                assertThat(socket.send("READY=1\nSTATUS=Schlüssel")).isTrue();
                assertThat(received(manager)).isEqualTo("READY=1\nSTATUS=Schlüssel");
            }
        }
    }

    @Test
    void nobodyThereIsSaid() {
        String name = directory.resolve("nobody").toString();
        assertThatThrownBy(() -> NotifySocket.connect(name)).isInstanceOf(LinuxException.class)
                .hasMessage("connect " + name + ": ENOENT (2)");
        assertThatThrownBy(() -> NotifySocket.connect("vsock:2:9")).hasMessageContaining("EINVAL");
        assertThatThrownBy(() -> NotifySocket.connect("/" + "x".repeat(200))).hasMessageContaining("EINVAL");
    }

    @Test
    void aManagerThatHasGoneHoldsNobodyUp() {
        String name = directory.resolve("gone").toString();
        Fd manager = listen(name);
        try (NotifySocket socket = NotifySocket.connect(name)) {
            manager.close();
            assertThat(socket.send("STATUS=")).isFalse();
        }
    }

    private static Fd listen(String name) {
        Fd fd = Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_DGRAM, 0);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(Sockets.bind(fd, UnixAddress.of(name, arena).orElseThrow())).isZero();
        }
        return fd;
    }

    private static String received(Fd manager) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(256);
            int octets = Sockets.receive(manager, buffer, Sockets.MSG_DONTWAIT);
            return new String(buffer.asSlice(0, octets).toArray(ValueLayout.JAVA_BYTE));
        }
    }
}
