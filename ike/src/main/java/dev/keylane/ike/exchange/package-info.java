/**
 * Messages as the exchanges of RFC 7296 §2.1 to §2.3 need them: protected and checked (§3.14, RFC 5282), numbered,
 * retransmitted and answered once. No state of an SA is known here; keys, counters and times are passed in.
 */
@NullMarked
package dev.keylane.ike.exchange;

import org.jspecify.annotations.NullMarked;
