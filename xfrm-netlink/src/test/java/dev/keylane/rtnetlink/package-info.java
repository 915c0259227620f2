/** Routes of real kernels, in a network namespace of their own. */
@NullMarked
package dev.keylane.rtnetlink;

import org.jspecify.annotations.NullMarked;
