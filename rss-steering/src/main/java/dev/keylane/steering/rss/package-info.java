/**
 * Steering by numbers: a device that hashes the SPI (RSS, by the Toeplitz function) puts an SA's packets where its SPI
 * says, so the SPI is chosen accordingly, with the device's own key, indirection table and interrupts. No rule, no program,
 * no cost a packet. {@link dev.keylane.steering.rss.DeviceHash} is what a device does at one moment; it is read again
 * when it is some seconds old, and what has changed counts from the next SA.
 */
@NullMarked
package dev.keylane.steering.rss;

import org.jspecify.annotations.NullMarked;
