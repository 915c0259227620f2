package dev.keylane.xfrm.kernel;

import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.xfrm.XfrmError;

/** A request as a message, or why it makes none. */
sealed interface Encoding {
    record Sendable(NetlinkRequest message) implements Encoding {
    }

    record Unsendable(XfrmError error) implements Encoding {
    }
}
