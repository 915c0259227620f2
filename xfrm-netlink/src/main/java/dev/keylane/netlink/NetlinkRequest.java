package dev.keylane.netlink;

/**
 * A message to send.
 *
 * @param flags what the family wants beside the flags of every request, NLM_F_CREATE for one
 * @param body  writes what follows the header
 */
public record NetlinkRequest(int type, int flags, Body body) {
    public NetlinkRequest(int type, Body body) {
        this(type, 0, body);
    }

    @FunctionalInterface
    public interface Body {
        void write(NetlinkWriter out);
    }
}
