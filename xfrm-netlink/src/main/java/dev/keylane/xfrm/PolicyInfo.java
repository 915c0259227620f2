package dev.keylane.xfrm;

/**
 * A policy as read back.
 *
 * @param index    the kernel's number for it
 * @param lastUsed Unix seconds of the last packet that looked it up, 0 for never; many packets look nothing up
 */
public record PolicyInfo(PolicySpec spec, int index, long lastUsed) {
    public PolicyInfo(PolicySpec spec, int index) {
        this(spec, index, 0);
    }
}
