/** Watching real devices in a network namespace of its own. */
@NullMarked
package dev.keylane.daemon.senders;

import org.jspecify.annotations.NullMarked;
