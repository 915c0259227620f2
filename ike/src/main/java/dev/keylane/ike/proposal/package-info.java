/**
 * Proposals and transforms: RFC 7296 §2.7 and §3.3, RFC 8247, RFC 8221. Enums are the algorithms we speak, named as
 * strongSwan prints them; {@link Transform} also carries what only the peer knows.
 */
@NullMarked
package dev.keylane.ike.proposal;

import org.jspecify.annotations.NullMarked;
