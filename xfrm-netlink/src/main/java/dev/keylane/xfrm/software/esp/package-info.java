/**
 * ESP (RFC 4303) without tables, threads or clocks: the packet's layout, the transforms AES-GCM (RFC 4106),
 * ChaCha20-Poly1305 (RFC 7634) and AES-CBC with HMAC-SHA2 (RFC 3602, RFC 4868), sequence numbers of 32 and 64 bits and
 * the replay window (§3.4.3, Appendix A2). Nothing in a packet from outside makes it throw. {@link
 * dev.keylane.xfrm.software.esp.SequenceCounter} and {@link dev.keylane.xfrm.software.esp.EspKeys} may be used by
 * several threads, {@link dev.keylane.xfrm.software.esp.ReplayWindow} by one at a time, and each thread brings its own
 * {@link dev.keylane.xfrm.software.esp.CryptoLane}.
 */
@NullMarked
package dev.keylane.xfrm.software.esp;

import org.jspecify.annotations.NullMarked;
