/**
 * Octets and the IKEv2 message format, RFC 7296 §3. Everything read from the network passes through a bounded reader;
 * what does not fit is a value that says why, never an exception.
 */
@NullMarked
package dev.keylane.ike.wire;

import org.jspecify.annotations.NullMarked;
