package dev.keylane.interop.peer;

/** The two hosts' addresses in one IP version; {@code net} is what is behind a host. */
public enum Family {
    IPV4("10.0.0.1", "10.0.0.2", "10.1.0.1", "10.2.0.1", "10.1.0.0/24", "10.2.0.0/24"),
    IPV6("fd00::1", "fd00::2", "fd00:1::1", "fd00:2::1", "fd00:1::/64", "fd00:2::/64");

    public final String left;
    public final String right;
    public final String behindLeft;
    public final String behindRight;
    public final String leftNet;
    public final String rightNet;

    Family(String left, String right, String behindLeft, String behindRight, String leftNet, String rightNet) {
        this.left = left;
        this.right = right;
        this.behindLeft = behindLeft;
        this.behindRight = behindRight;
        this.leftNet = leftNet;
        this.rightNet = rightNet;
    }
}
