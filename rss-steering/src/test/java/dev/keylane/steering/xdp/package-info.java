/** The adapter on real devices of a network namespace of its own, pinned in a BPF file system of its own. */
@NullMarked
package dev.keylane.steering.xdp;

import org.jspecify.annotations.NullMarked;
