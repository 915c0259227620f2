/**
 * What SAs carry, for whoever measures. SAs come and go, each rekeying replaces them; {@link
 * dev.keylane.daemon.traffic.SaTotals} counts by what they are <em>for</em>, a child and a CPU, and adds up those that
 * have gone, so that a counter never goes back. The kernel's tables are read by a {@link
 * dev.keylane.daemon.traffic.KernelReader}, with a connection of its own: who measures holds up no event loop, and a busy
 * event loop holds up nobody who measures.
 */
@NullMarked
package dev.keylane.daemon.traffic;

import org.jspecify.annotations.NullMarked;
