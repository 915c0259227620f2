package dev.keylane.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkHeader;
import dev.keylane.netlink.NetlinkInside;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class HardwareFiltersTest {
    private static final int IN_HW = 4;

    @Test
    void onlyWhatTheDeviceCarriesOutCounts() {
        assertThat(HardwareFilters.read(filter(44, "flower", 22, IN_HW)))
                .isEqualTo(new HardwareFilters.Filter("flower", 0xc0000008, 1));
        assertThat(HardwareFilters.read(filter(44, "matchall", 3, IN_HW | 2))).isNotNull();
        assertThat(HardwareFilters.read(filter(44, "bpf", 8, IN_HW))).isNotNull();
        assertThat(HardwareFilters.read(filter(44, "flower", 22, 8))).as("not in hardware").isNull();
        assertThat(HardwareFilters.read(filter(44, "flower", 3, IN_HW))).as("another attribute").isNull();
        assertThat(HardwareFilters.read(filter(44, "route", 3, IN_HW))).as("a kind without flags").isNull();
        assertThat(HardwareFilters.read(filter(45, "flower", 22, IN_HW))).as("no filter").isNull();
    }

    @Test
    void aMessageThatIsTooShortIsNone() {
        assertThat(HardwareFilters.read(new NetlinkMessage(44, 0, 1, 0, MemorySegment.ofArray(new byte[19])))).isNull();
        assertThat(HardwareFilters.read(new NetlinkMessage(44, 0, 1, 0, MemorySegment.ofArray(new byte[20])))).isNull();
    }

    private static NetlinkMessage filter(int type, String kind, int flagsAt, int flags) {
        byte[] octets = NetlinkInside.octets(new NetlinkWriter(Arena.ofAuto(), 1024), type, out -> {
            MemorySegment fixed = out.fixed(20);
            fixed.set(Native.U32, 8, 1);
            fixed.set(Native.U32, 16, 0xc0000008);
            out.string(1, kind);
            out.nested(2, () -> out.u32(flagsAt, flags));
        });
        return new NetlinkMessage(type, 0, 1, 0, MemorySegment.ofArray(octets).asSlice(NetlinkHeader.SIZE));
    }
}
