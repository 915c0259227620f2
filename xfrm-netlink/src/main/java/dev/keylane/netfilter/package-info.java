/**
 * ESP that comes before its SA. The responder of a CREATE_CHILD_SA may send on the new SA as soon as it has answered,
 * and its first packets overtake the answer, or its way through us into the kernel: the kernel drops what it has no state
 * for. {@link dev.keylane.netfilter.EarlyEsp} has the packet filter hold packets with the SPIs we have offered in a
 * queue, and lets them go on once the SA is installed. One table of nftables, {@code inet keylane}, and one queue of
 * nfnetlink; both are gone with the daemon, and a crashed one's table lets everything pass.
 * RFC 7296 §2.8; linux/netfilter/nf_tables.h, nfnetlink_queue.h.
 */
@NullMarked
package dev.keylane.netfilter;

import org.jspecify.annotations.NullMarked;
