package dev.keylane.xfrm.kernel;

import dev.keylane.xfrm.SaSpec.Mode;

/** XFRM_MODE_*. */
final class XfrmMode {
    private static final int TRANSPORT = 0;
    private static final int TUNNEL = 1;
    private static final int BEET = 4;

    private XfrmMode() {
    }

    static int number(Mode mode) {
        return switch (mode) {
            case TRANSPORT -> TRANSPORT;
            case TUNNEL -> TUNNEL;
        };
    }

    /** Of modes that are not ours, BEET and IP-TFS count as tunnels, the routing ones of mobile IPv6 as transport. */
    static Mode of(int number) {
        return number == TUNNEL || number >= BEET ? Mode.TUNNEL : Mode.TRANSPORT;
    }
}
