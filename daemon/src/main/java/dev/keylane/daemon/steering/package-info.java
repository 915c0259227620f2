/**
 * Steering that follows the SAs: {@link dev.keylane.daemon.steering.SteeredKernel} stands before the kernel and makes an
 * entry for each inbound per-CPU SA before the kernel has the SA, so before the peer can hear of its SPI, and takes it away
 * after the SA is gone. In a rekey old and new stand side by side. An SA that cannot be steered is installed all the same;
 * its packets are decrypted where they arrive.
 */
@NullMarked
package dev.keylane.daemon.steering;

import org.jspecify.annotations.NullMarked;
