/**
 * Which network devices there are and whether they are switched on, followed by rtnetlink: Linux flushes the SAs and
 * policies in a device's hardware when the device is switched off or removed, and tells nobody.
 * {@link dev.keylane.daemon.link.LinkWatch} hands on what matters of it, grouped, on the shard's thread; what follows
 * from it is {@link dev.keylane.daemon.kernel.KernelSide}'s business. {@link dev.keylane.daemon.link.CardWatch} does the
 * same for devlink's news of cards, since what a device can do depends on how its card is set. Linux
 * net/xfrm/xfrm_device.c, RFC 4106 §3.
 */
@NullMarked
package dev.keylane.daemon.link;

import org.jspecify.annotations.NullMarked;
