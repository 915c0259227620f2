/**
 * The entry to the core: one {@link dev.keylane.ike.endpoint.IkeEndpoint} a shard finds the SA an event belongs to,
 * guards against floods of half-open SAs (RFC 7296 §2.6) and keeps the time of the next timeout.
 */
@NullMarked
package dev.keylane.ike.endpoint;

import org.jspecify.annotations.NullMarked;
