package dev.keylane.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.linux.LinuxException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On the kernel of this machine. */
class BpfMapTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 1025, 5000})
    void allEntriesAreReadOnceEach(int count) {
        try (BpfMap map = create()) {
            Map<Integer, Integer> expected = new HashMap<>();
            for (int i = 0; i < count; i++) {
                assertThat(map.put(octets(i), octets(~i))).isZero();
                expected.put(i, ~i);
            }
            Map<Integer, Integer> read = new HashMap<>();
            map.forEach((key, value) -> assertThat(read.put(number(key), number(value))).isNull());
            assertThat(read).isEqualTo(expected);
        }
    }

    private static BpfMap create() {
        try {
            return BpfMap.create("keylane_test", new MapShape(MapType.HASH.number, 4, 4, 8192));
        } catch (LinuxException refused) {
            System.out.println("no maps here: " + refused.getMessage());
            return Assumptions.abort("no maps here: " + refused.getMessage());
        }
    }

    private static byte[] octets(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    private static int number(byte[] octets) {
        return ByteBuffer.wrap(octets).getInt();
    }
}
