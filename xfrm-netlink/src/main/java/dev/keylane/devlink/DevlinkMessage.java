package dev.keylane.devlink;

import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkWriter;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What commands of linux/devlink.h carry. */
final class DevlinkMessage {
    static final int VERSION = 1;
    static final int CMD_PORT_GET = 5;
    static final int CMD_ESWITCH_GET = 29;
    static final int CMD_PARAM_GET = 38;
    static final int ATTR_PARAM_NAME = 81;

    private DevlinkMessage() {
    }

    static void write(NetlinkWriter out, DevlinkHandle card) {
        out.string(ATTR_BUS_NAME, card.bus());
        out.string(ATTR_DEV_NAME, card.name());
    }

    static @Nullable DevlinkPort port(Attributes port) {
        String bus = port.string(ATTR_BUS_NAME);
        String name = port.string(ATTR_DEV_NAME);
        if (bus == null || name == null || !port.has(ATTR_PORT_INDEX)) {
            return null;
        }
        return new DevlinkPort(new DevlinkHandle(bus, name), port.u32(ATTR_PORT_INDEX, 0), flavour(port),
                port.u32(ATTR_PORT_NETDEV_IFINDEX, 0), ipsec(port.nested(ATTR_PORT_FUNCTION)));
    }

    private static String flavour(Attributes port) {
        MemorySegment told = port.get(ATTR_PORT_FLAVOUR, 2);
        int number = told == null ? -1 : Short.toUnsignedInt(told.get(Native.U16, 0));
        return number < 0 ? "" : number < FLAVOURS.length ? FLAVOURS[number] : "flavour " + number;
    }

    /** A bit is only told by drivers that know it, of which the selector (the upper half of the bit field) speaks. */
    private static Optional<DevlinkPort.FunctionIpsec> ipsec(Attributes function) {
        MemorySegment caps = function.get(FUNCTION_CAPS, 8);
        if (caps == null || (caps.get(Native.U32, 4) & (IPSEC_CRYPTO | IPSEC_PACKET)) == 0) {
            return Optional.empty();
        }
        int on = caps.get(Native.U32, 0);
        return Optional.of(new DevlinkPort.FunctionIpsec((on & IPSEC_CRYPTO) != 0, (on & IPSEC_PACKET) != 0));
    }

    static @Nullable Eswitch eswitch(Attributes answer) {
        MemorySegment mode = answer.get(ATTR_ESWITCH_MODE, 2);
        if (mode == null) {
            return null;
        }
        int encap = answer.u8(ATTR_ESWITCH_ENCAP_MODE, -1);
        int number = Short.toUnsignedInt(mode.get(Native.U16, 0));
        return new Eswitch(number == 0 ? "legacy" : number == 1 ? "switchdev" : "mode " + number,
                encap < 0 ? Optional.empty() : Optional.of(encap == 0 ? "none" : "basic"));
    }

    /** Of several values, which are for now and for later, those we ask for have one. */
    static @Nullable String parameter(Attributes answer) {
        Attributes parameter = answer.nested(ATTR_PARAM);
        Attributes value = parameter.nested(ATTR_PARAM_VALUES_LIST).nested(ATTR_PARAM_VALUE);
        return switch (parameter.u8(ATTR_PARAM_TYPE, 0)) {
            case NLA_STRING, NLA_NUL_STRING -> value.string(ATTR_PARAM_VALUE_DATA);
            case NLA_U8 -> number(value.u8(ATTR_PARAM_VALUE_DATA, -1));
            case NLA_U32 -> number(value.u32(ATTR_PARAM_VALUE_DATA, -1));
            // A flag is on by being there.
            case NLA_FLAG -> Boolean.toString(value.has(ATTR_PARAM_VALUE_DATA));
            default -> null;
        };
    }

    private static @Nullable String number(int value) {
        return value < 0 ? null : Integer.toString(value);
    }

    /** enum devlink_port_flavour. */
    private static final String[] FLAVOURS = {"physical", "cpu", "dsa", "pcipf", "pcivf", "virtual", "unused", "pcisf"};

    static final int ATTR_BUS_NAME = 1;
    static final int ATTR_DEV_NAME = 2;
    static final int ATTR_PORT_INDEX = 3;
    static final int ATTR_PORT_NETDEV_IFINDEX = 6;
    static final int ATTR_ESWITCH_MODE = 25;
    static final int ATTR_ESWITCH_ENCAP_MODE = 62;
    static final int ATTR_PORT_FLAVOUR = 77;
    static final int ATTR_PARAM = 80;
    static final int ATTR_PARAM_TYPE = 83;
    static final int ATTR_PARAM_VALUES_LIST = 84;
    static final int ATTR_PARAM_VALUE = 85;
    static final int ATTR_PARAM_VALUE_DATA = 86;
    static final int ATTR_PORT_FUNCTION = 145;
    /** DEVLINK_PORT_FN_ATTR_CAPS, a struct nla_bitfield32: values, then which of them are meant. */
    static final int FUNCTION_CAPS = 4;
    static final int IPSEC_CRYPTO = 1 << 2;
    static final int IPSEC_PACKET = 1 << 3;
    /** enum devlink_var_attr_type. */
    static final int NLA_U8 = 1;
    static final int NLA_U32 = 3;
    static final int NLA_STRING = 5;
    static final int NLA_FLAG = 6;
    static final int NLA_NUL_STRING = 10;
}
