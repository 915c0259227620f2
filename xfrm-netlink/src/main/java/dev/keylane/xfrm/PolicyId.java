package dev.keylane.xfrm;

/** What names a policy. */
public record PolicyId(Selector selector, Direction direction, Mark mark, int ifId) {
    /** Values of the kernel: in 0, out 1, fwd 2. */
    public enum Direction { IN, OUT, FWD }

    public static PolicyId of(Selector selector, Direction direction) {
        return new PolicyId(selector, direction, Mark.NONE, 0);
    }
}
