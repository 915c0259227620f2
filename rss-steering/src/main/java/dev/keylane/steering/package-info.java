/**
 * Received ESP to the CPU whose SA it belongs to (RFC 9611 §2 leaves this to the receiver). {@link
 * dev.keylane.steering.SteeredSa} is an inbound SA as a device sees it, {@link dev.keylane.steering.Verdict} what became
 * of a packet. Steering never decides whether a packet is received, only where: without it, or when it fails, packets
 * are decrypted on the CPU they arrive at.
 */
@NullMarked
package dev.keylane.steering;

import org.jspecify.annotations.NullMarked;
