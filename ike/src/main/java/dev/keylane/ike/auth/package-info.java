/**
 * Who the peer is: the AUTH payload of a shared key (RFC 7296 §2.15), which shared key belongs to which pair of
 * identities, and whether an identity is one the configuration asks for. {@link dev.keylane.ike.auth.AuthVerified} is
 * made in one place, so a state that holds one has seen a right AUTH payload.
 */
@NullMarked
package dev.keylane.ike.auth;

import org.jspecify.annotations.NullMarked;
