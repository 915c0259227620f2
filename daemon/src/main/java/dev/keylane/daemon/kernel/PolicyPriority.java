package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.Selector;

/** Priorities as strongSwan gives them, so that the policies of both sort alike: the narrower, the lower. */
enum PolicyPriority {
    PASS(200_000), TRAP(400_000), SA(400_000), DROP(600_000);

    private final int base;

    PolicyPriority(int base) {
        this.base = base;
    }

    /** @param fixed the configured priority, 0 to have it computed */
    int of(Selector selector, long fixed) {
        if (fixed != 0) {
            return (int) fixed;
        }
        int ports = Integer.bitCount(selector.sourcePort().mask() & 0xffff)
                + Integer.bitCount(selector.destinationPort().mask() & 0xffff);
        return base - 512 * (selector.sourcePrefix() + selector.destinationPrefix())
                - (selector.protocol() == 0 ? 0 : 256) - 4 * ports
                - (selector.ifindex() == 0 ? 0 : 2) - (this == TRAP ? 0 : 1);
    }
}
