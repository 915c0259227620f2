/**
 * Steering by rules in the device, one an inbound SA: ESP to this address with this SPI goes into a queue that the wanted
 * CPU works on. A rule is noted in a file before the device gets it, so that a daemon that comes after a crash knows which
 * rules are ours; those of others are never touched. A full table rejects that SA, and the next strategy takes it.
 */
@NullMarked
package dev.keylane.steering.ntuple;

import org.jspecify.annotations.NullMarked;
