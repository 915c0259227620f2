package dev.keylane.ike.child;

/**
 * The UDP source ports of a Child SA that one side has asked the other for, each {@link #ANY} when one is as good as
 * another.
 *
 * @param agreed whether both sides know of such wishes, and will follow them
 * @param ours   that we are to send from
 * @param theirs that the peer sends from
 */
public record UdpSources(boolean agreed, int ours, int theirs) {
    public static final int ANY = 0;
    public static final UdpSources NONE = new UdpSources(false, ANY, ANY);
}
