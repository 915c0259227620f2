/** Messages of devlink as kernels write them. */
@NullMarked
package dev.keylane.devlink;

import org.jspecify.annotations.NullMarked;
