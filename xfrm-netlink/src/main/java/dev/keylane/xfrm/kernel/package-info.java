/**
 * The kernel port over NETLINK_XFRM. One file a structure of {@code linux/xfrm.h}: its layout, named as the kernel
 * names its members, with what reads or fills it; above them writers and readers of whole messages; on top
 * {@link NetlinkXfrm}. States carry a direction and a CPU only where a probe found that the kernel keeps them. Key
 * material is copied into native memory for the length of one send and overwritten; reading states back never copies
 * keys out of it. Whatever the kernel sends, the readers do not throw.
 */
@NullMarked
package dev.keylane.xfrm.kernel;

import org.jspecify.annotations.NullMarked;
