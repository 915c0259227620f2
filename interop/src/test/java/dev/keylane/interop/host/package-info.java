/** Scenarios that need no kernel of their own run on the machine itself, with programs of {@code interop/tools}. */
@NullMarked
package dev.keylane.interop.host;

import org.jspecify.annotations.NullMarked;
