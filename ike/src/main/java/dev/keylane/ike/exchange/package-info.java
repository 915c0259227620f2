/**
 * Exchanges, RFC 7296 §2.1 to §2.3 and §3.14: message ids, windows, retransmission, stored answers and the protection
 * of messages. One layer for all states, so that none of them counts or repeats anything itself.
 */
@NullMarked
package dev.keylane.ike.exchange;

import org.jspecify.annotations.NullMarked;
