package dev.keylane.xfrm;

/**
 * A policy as read back.
 *
 * @param index the kernel's number for it
 */
public record PolicyInfo(PolicySpec spec, int index) {
}
