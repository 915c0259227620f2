/**
 * What keying costs: CPU time and heap of the sans-IO core, both sides in one thread, no sockets and no kernel. A plain
 * load loop: code is warmed by the loads that are measured afterwards, every figure is taken over batches of which the
 * smallest and the median are printed, and CPU time is the thread's own clock, so that other load on the machine
 * disturbs caches but is not counted.
 */
@NullMarked
package dev.keylane.bench;

import org.jspecify.annotations.NullMarked;
