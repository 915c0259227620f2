/**
 * One record a payload, RFC 7296 §3.3 to §3.15. A record that exists is within the format's limits: constructors throw
 * on anything else, which is our own bug, because what comes from the network is checked by the reader before. Reading
 * follows "be liberal": reserved fields are ignored, and what only makes a part unusable drops that part.
 */
@NullMarked
package dev.keylane.ike.wire.payload;

import org.jspecify.annotations.NullMarked;
