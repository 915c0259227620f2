package dev.keylane.xfrm.kernel;

import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.xfrm.SaInfo;
import java.util.List;

/** Reads the kernel's SAs by a socket of its own, in the network namespace of the thread that opens it. One thread at a time. */
public final class SaTable implements AutoCloseable {
    private final NetlinkClient client;

    private SaTable(NetlinkClient client) {
        this.client = client;
    }

    /** @throws dev.keylane.linux.LinuxException when the kernel has no XFRM */
    public static SaTable open() {
        return new SaTable(new NetlinkClient(XfrmMessage.NETLINK_XFRM));
    }

    /**
     * Every state with current counters; keys are not read.
     *
     * @throws dev.keylane.linux.LinuxException when the kernel refuses to tell
     */
    public List<SaInfo> read() {
        return client.dump(new NetlinkRequest(XfrmMessage.GETSA, out -> out.fixed(UserSaId.SIZE)), SaReader::read);
    }

    @Override
    public void close() {
        client.close();
    }
}
