/**
 * Addresses and ports as plain values. Names are never resolved here: whoever needs DNS does it outside and passes
 * the result in.
 */
@NullMarked
package dev.keylane.ike.net;

import org.jspecify.annotations.NullMarked;
