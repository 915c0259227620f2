/** The observer on real devices in a network namespace of its own. */
@NullMarked
package dev.keylane.steering.senders;

import org.jspecify.annotations.NullMarked;
