package dev.keylane.ethtool;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A structure on its way to a driver and back. */
final class Command {
    static final int GDRVINFO = 0x03;
    static final int GSTRINGS = 0x1b;
    static final int GSTATS = 0x1d;
    static final int GFLAGS = 0x25;
    static final int GRXFH = 0x29;
    static final int GRXRINGS = 0x2d;
    static final int GRXCLSRLCNT = 0x2e;
    static final int GRXCLSRULE = 0x2f;
    static final int GRXCLSRLALL = 0x30;
    static final int SRXCLSRLDEL = 0x31;
    static final int SRXCLSRLINS = 0x32;
    static final int GSSET_INFO = 0x37;
    static final int GFEATURES = 0x3a;
    static final int GCHANNELS = 0x3c;
    static final int GRSSH = 0x46;

    private final String name;
    private final ByteBuffer octets;

    /**
     * @param name such as {@code ETHTOOL_GRSSH}, for messages
     */
    Command(String name, int number, int size) {
        this.name = name;
        this.octets = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder()).putInt(0, number);
    }

    /** To set and get fields at their offsets. */
    ByteBuffer octets() {
        return octets;
    }

    /** Sends it; the answer is in the octets then. */
    Answer<ByteBuffer> to(Ethtool ethtool, String device) {
        int result = ethtool.call(device, octets.array());
        return result < 0 ? new Answer.Refused<>(name, -result) : new Answer.Is<>(octets);
    }
}
