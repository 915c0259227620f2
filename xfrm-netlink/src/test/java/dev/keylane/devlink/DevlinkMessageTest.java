package dev.keylane.devlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkHeader;
import dev.keylane.netlink.NetlinkInside;
import dev.keylane.netlink.NetlinkWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Numbers are those of linux/devlink.h, written out here once more. */
class DevlinkMessageTest {
    private static final DevlinkHandle CARD = new DevlinkHandle("pci", "0000:03:00.0");

    @Test
    void aPortTellsWhatItsFunctionMay() {
        Attributes message = message(out -> {
            handle(out);
            out.u32(3, 65538);
            out.attribute(77, 2).set(Native.U16, 0, (short) 4);
            out.u32(6, 12);
            out.nested(145, () -> {
                MemorySegment caps = out.attribute(4, 8);
                caps.set(Native.U32, 0, 1 << 3);
                caps.set(Native.U32, 4, 1 << 2 | 1 << 3);
            });
        });
        DevlinkPort port = DevlinkMessage.port(message);
        assertThat(port).isEqualTo(new DevlinkPort(CARD, 65538, "pcivf", 12,
                Optional.of(new DevlinkPort.FunctionIpsec(false, true))));
        assertThat(port).hasToString("pci/0000:03:00.0/65538");
    }

    @Test
    void aFunctionThatDoesNotKnowIpsecSaysNothingOfIt() {
        Attributes message = message(out -> {
            handle(out);
            out.u32(3, 1);
            out.nested(145, () -> out.attribute(4, 8).set(Native.U32, 4, 1));
        });
        DevlinkPort port = DevlinkMessage.port(message);
        assertThat(port).isEqualTo(new DevlinkPort(CARD, 1, "", 0, Optional.empty()));
        assertThat(DevlinkMessage.port(message(DevlinkMessageTest::handle))).isNull();
    }

    @Test
    void theSwitchHasAModeAndPerhapsEncapsulation() {
        assertThat(eswitch(1, 1)).isEqualTo(new Eswitch("switchdev", Optional.of("basic")));
        assertThat(eswitch(1, 0)).hasToString("switchdev, encap-mode none");
        assertThat(eswitch(0, -1)).isEqualTo(new Eswitch("legacy", Optional.empty()));
        assertThat(eswitch(9, -1)).hasToString("mode 9");
        assertThat(DevlinkMessage.eswitch(message(DevlinkMessageTest::handle))).isNull();
    }

    private static Eswitch eswitch(int mode, int encap) {
        return DevlinkMessage.eswitch(message(out -> {
            handle(out);
            out.attribute(25, 2).set(Native.U16, 0, (short) mode);
            if (encap >= 0) {
                out.u8(62, encap);
            }
        }));
    }

    @Test
    void parametersAreTextWhateverTheyAre() {
        assertThat(parameter(5, out -> out.string(86, "dmfs"))).isEqualTo("dmfs");
        assertThat(parameter(10, out -> out.string(86, "smfs"))).isEqualTo("smfs");
        assertThat(parameter(3, out -> out.u32(86, 32))).isEqualTo("32");
        assertThat(parameter(1, out -> out.u8(86, 7))).isEqualTo("7");
        assertThat(parameter(6, out -> out.attribute(86, 0))).isEqualTo("true");
        assertThat(parameter(6, _ -> { })).isEqualTo("false");
        assertThat(parameter(0x81, out -> out.u32(86, 1))).isNull();
    }

    private static String parameter(int type, Consumer<NetlinkWriter> value) {
        return DevlinkMessage.parameter(message(out -> {
            handle(out);
            out.nested(80, () -> {
                out.string(81, "flow_steering_mode");
                out.u8(83, type);
                out.nested(84, () -> out.nested(85, () -> {
                    value.accept(out);
                    out.u8(87, 0);
                }));
            });
        }));
    }

    private static void handle(NetlinkWriter out) {
        out.string(1, CARD.bus());
        out.string(2, CARD.name());
    }

    private static Attributes message(Consumer<NetlinkWriter> body) {
        byte[] octets = NetlinkInside.octets(new NetlinkWriter(Arena.ofAuto(), 1024), 0, body::accept);
        return Attributes.of(MemorySegment.ofArray(octets).asSlice(NetlinkHeader.SIZE));
    }
}
