/**
 * Cryptography as the core sees it: ports and key material, no algorithms of our own. {@link Secret} holds every key;
 * {@link Crypto} is the port; the key schedule of RFC 7296 §2.13 to §2.17 turns shared secrets into keys stage by
 * stage. Only the {@code jca} package below this one may name a provider.
 */
@NullMarked
package dev.keylane.ike.crypto;

import org.jspecify.annotations.NullMarked;
