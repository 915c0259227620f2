package dev.keylane.ike.policy;

import org.jspecify.annotations.Nullable;

/**
 * One side's authentication, PSK being the only method so far.
 *
 * @param id local: the identity we send, null for our address; remote: the identity the peer must have, null for any
 */
public record Authentication(@Nullable Identification id) {
}
