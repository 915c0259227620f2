/**
 * Child SAs: what was negotiated, for which resource (RFC 9611), and what a kernel needs to know to install it.
 * RFC 7296 §1.3, §2.8, §2.9.
 */
@NullMarked
package dev.keylane.ike.child;

import org.jspecify.annotations.NullMarked;
