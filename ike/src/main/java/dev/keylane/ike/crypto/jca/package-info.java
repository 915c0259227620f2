/**
 * The one place that names cryptographic providers. HMAC, AES and ChaCha20-Poly1305 come from the JDK; X25519 and the
 * NIST curves from Conscrypt, whose native code is several times faster, or from Bouncy Castle where that library does
 * not load; MODP from the JDK. No provider is ever registered with the JVM. Public values and shared secrets have the
 * shapes of RFC 7296 §3.4, RFC 5903 §7 and RFC 8031 §2; a peer's public value is checked before it is used
 * (RFC 6989 §2).
 */
@NullMarked
package dev.keylane.ike.crypto.jca;

import org.jspecify.annotations.NullMarked;
