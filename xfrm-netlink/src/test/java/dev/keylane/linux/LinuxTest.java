package dev.keylane.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinuxTest {
    @Test
    void errnoSurvivesTheJvm() {
        assertThatThrownBy(() -> Descriptors.open("/nonexistent/file", Descriptors.O_RDONLY))
                .isInstanceOf(LinuxException.class).hasMessage("open /nonexistent/file: ENOENT (2)");
    }

    @Test
    void errorsHaveTheirNames() {
        assertThat(Errno.name(22)).isEqualTo("EINVAL");
        assertThat(Errno.name(34)).isEqualTo("ERANGE");
        assertThat(Errno.name(105)).isEqualTo("ENOBUFS");
        assertThat(Errno.name(133)).isEqualTo("EHWPOISON");
        assertThat(Errno.name(0)).isEqualTo("errno 0");
        assertThat(Errno.name(524)).isEqualTo("errno 524");
    }

    @Test
    void readsAndWritesDirectBuffers() {
        try (Fd zero = Descriptors.open("/dev/zero", Descriptors.O_RDWR)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(16).put(new byte[] {1, 1, 1, 1, 1, 1, 1, 1});
            buffer.flip().position(2);
            assertThat(Descriptors.read(zero, buffer)).isEqualTo(6);
            assertThat(buffer.position()).isEqualTo(8);
            assertThat(buffer.get(1)).isEqualTo((byte) 1);
            assertThat(buffer.get(2)).isEqualTo((byte) 0);
            buffer.flip();
            assertThat(Descriptors.write(zero, buffer)).isEqualTo(8);
        }
    }

    @Test
    void closedDescriptorsAreEbadf() {
        Fd zero = Descriptors.open("/dev/zero", Descriptors.O_RDWR);
        zero.close();
        zero.close();
        assertThat(Descriptors.read(zero, ByteBuffer.allocateDirect(8))).isEqualTo(-9);
    }

    @Test
    void pollSeesAnEvent() {
        try (Arena arena = Arena.ofConfined(); Fd event = Descriptors.eventFd()) {
            MemorySegment pollFds = arena.allocate(8);
            assertThat(Descriptors.pollIn(pollFds, 0, event)).isZero();
            Descriptors.write(event, arena.allocateFrom(ValueLayout.JAVA_LONG, 1));
            assertThat(Descriptors.pollIn(pollFds, 0, event)).isEqualTo(1);
        }
    }

    @Test
    void aThreadRunsWhereItIsTold() {
        int last = Cpus.online().getLast();
        CpuAffinity.on(last, () -> assertThat(CpuAffinity.current()).isEqualTo(last));
        assertThat(CpuAffinity.bindTo(8000)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void interfacesHaveNamesAndNumbers() {
        int lo = Interfaces.index("lo").orElseThrow();
        assertThat(Interfaces.name(lo)).contains("lo");
        assertThat(Interfaces.index("nowhere0")).isEmpty();
        assertThat(Interfaces.name(0x7ffffff)).isEmpty();
    }

    @Test
    void thisMachineHasCpus() {
        assertThat(Cpus.online()).isNotEmpty();
        assertThat(Cpus.possible()).containsAll(Cpus.online());
    }

    @Test
    void parsesCpuLists() {
        assertThat(Cpus.parse("0\n")).contains(List.of(0));
        assertThat(Cpus.parse("0-3,8,10-11\n")).contains(List.of(0, 1, 2, 3, 8, 10, 11));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "a", "1-", "-1", "1,,2", "3-1", "0-9999,0-9999", "99999", "1 2"})
    void refusesWhatIsNoCpuList(String text) {
        assertThat(Cpus.parse(text)).isEmpty();
    }
}
