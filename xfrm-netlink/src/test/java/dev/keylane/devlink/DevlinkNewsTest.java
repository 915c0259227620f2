package dev.keylane.devlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkInside;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers are those of linux/devlink.h and linux/genetlink.h, written out here once more. */
class DevlinkNewsTest {
    private static final int FAMILY = 21;

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 7, 8, 37, 40, 41})
    void whatWasSetOtherwiseIsTold(int command) {
        assertThat(changed(FAMILY, command, true)).isEqualTo(new DevlinkHandle("pci", "0000:03:00.0"));
    }

    /** Regions, health, traps, flash updates and their like. */
    @ParameterizedTest
    @ValueSource(ints = {44, 45, 53, 58, 63, 67, 71})
    void whatChangesNothingIsNot(int command) {
        assertThat(changed(FAMILY, command, true)).isNull();
    }

    @Test
    void othersMessagesAndThoseWithoutACardAreNot() {
        assertThat(changed(22, 40, true)).isNull();
        assertThat(changed(FAMILY, 40, false)).isNull();
        byte[] octets = NetlinkInside.octets(new NetlinkWriter(Arena.ofAuto(), 64), FAMILY, _ -> { });
        assertThat(DevlinkNews.changed(message(octets), FAMILY)).as("no header").isNull();
    }

    @Test
    void theGroupIsFoundByItsName() {
        byte[] octets = NetlinkInside.octets(new NetlinkWriter(Arena.ofAuto(), 256), 0, out -> out.nested(7, () -> {
            group(out, 1, "other", 4);
            group(out, 2, "config", 5);
        }));
        assertThat(DevlinkFamily.config(attributes(octets))).isEqualTo(5);
        assertThat(DevlinkFamily.config(attributes(NetlinkInside.octets(new NetlinkWriter(Arena.ofAuto(), 64), 0, _ -> { }))))
                .isZero();
    }

    private static void group(NetlinkWriter out, int number, String name, int id) {
        out.nested(number, () -> {
            out.string(1, name);
            out.u32(2, id);
        });
    }

    private static NetlinkMessage message(byte[] octets) {
        return NetlinkMessage.split(MemorySegment.ofArray(octets)).getFirst();
    }

    private static Attributes attributes(byte[] octets) {
        return message(octets).attributes(0);
    }

    private static DevlinkHandle changed(int type, int command, boolean card) {
        byte[] octets = NetlinkInside.octets(new NetlinkWriter(Arena.ofAuto(), 256), type, out -> {
            MemorySegment header = out.fixed(4);
            header.set(Native.U8, 0, (byte) command);
            header.set(Native.U8, 1, (byte) 1);
            if (card) {
                out.string(1, "pci");
                out.string(2, "0000:03:00.0");
            }
        });
        return DevlinkNews.changed(message(octets), FAMILY);
    }
}
