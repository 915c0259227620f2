package dev.keylane.netlink;

/**
 * A message to send.
 *
 * @param body writes what follows the header
 */
public record NetlinkRequest(int type, Body body) {
    @FunctionalInterface
    public interface Body {
        void write(NetlinkWriter out);
    }
}
