/**
 * The IKE SA: its states, the events that move it and the effects it asks for. {@code (state, event, now) → (state',
 * effects)}; RFC 7296 §1.2 to §1.4, §2. Whatever is slow or touches the world (key exchange, the kernel, the network)
 * is an effect whose result comes back as an event.
 */
@NullMarked
package dev.keylane.ike.sa;

import org.jspecify.annotations.NullMarked;
