package dev.keylane.bpf;

import java.util.Optional;
import java.util.stream.Stream;

/** The kinds of map used here, by their number in enum bpf_map_type. */
public enum MapType {
    HASH(1), ARRAY(2), PER_CPU_HASH(5), PER_CPU_ARRAY(6), CPU_MAP(16), RING_BUFFER(27);

    final int number;

    MapType(int number) {
        this.number = number;
    }

    static Optional<MapType> of(int number) {
        return Stream.of(values()).filter(type -> type.number == number).findFirst();
    }
}
