/**
 * Which CPU serves which receive queue of a device, from {@code /proc/interrupts}, {@code /proc/irq} and {@code
 * /sys/class/net}, below a root directory that is {@code /} but in tests. A queue's packets are worked on where its
 * interrupt goes, unless the device polls in threads or the kernel spreads packets once more (RPS): both are noticed.
 */
@NullMarked
package dev.keylane.steering.queue;

import org.jspecify.annotations.NullMarked;
