package dev.keylane.xfrm;

/** struct xfrm_mark; mask 0 means none. */
public record Mark(int value, int mask) {
    public static final Mark NONE = new Mark(0, 0);

    public boolean isSet() {
        return mask != 0;
    }
}
