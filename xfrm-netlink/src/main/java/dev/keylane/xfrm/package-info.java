/**
 * The kernel port: SAs (states), policies and the kernel's own events as plain values, with the meaning XFRM gives
 * them. Two adapters stand behind it: {@code kernel}, the real one over netlink, and {@code software}, an embedded one
 * that keeps both databases in memory and does ESP itself. Refusals are values with errno and the kernel's text.
 */
@NullMarked
package dev.keylane.xfrm;

import org.jspecify.annotations.NullMarked;
