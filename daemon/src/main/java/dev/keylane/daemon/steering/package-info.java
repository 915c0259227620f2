/**
 * Steering that follows the SAs: {@link dev.keylane.daemon.steering.SaSteering} makes an entry for each inbound per-CPU SA
 * before the peer hears of its SPI, and {@link dev.keylane.daemon.steering.SteeredKernel}, which stands before the kernel,
 * has it taken away after the SA is gone. In a rekey old and new stand side by side. An SA that cannot be steered is installed all the same;
 * its packets are decrypted where they arrive.
 */
@NullMarked
package dev.keylane.daemon.steering;

import org.jspecify.annotations.NullMarked;
