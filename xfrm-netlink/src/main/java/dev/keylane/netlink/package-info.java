/**
 * Netlink as such: messages and attributes in native memory, acknowledgements with the kernel's extended text, batches
 * whose answers are matched by sequence number, dumps that are repeated when the table changed meanwhile, and a
 * listener for multicast groups that tells when it lost some. It knows no family. Everything read is bounded by what
 * was received; a message that does not add up ends its datagram, and no input throws. Buffers are overwritten after
 * use since messages carry keys.
 */
@NullMarked
package dev.keylane.netlink;

import org.jspecify.annotations.NullMarked;
