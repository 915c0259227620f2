package dev.keylane.netlink;

import java.lang.foreign.StructLayout;

/** Shows what only this package sees. */
public final class NetlinkLayouts {
    public static final StructLayout SOCKADDR = NetlinkSocket.ADDRESS;

    private NetlinkLayouts() {
    }
}
