/**
 * The daemon's kernel side: carries out what the core asks of the kernel (SAs, policies), keeps trap policies, turns
 * the kernel's acquires and expiries into events for the core, and drives one RFC 9611 plan a per-CPU child and peer.
 * {@link dev.keylane.daemon.kernel.KernelSide} is the only door. Everything runs on the shard's thread; what is
 * installed is written to a journal first, so that a daemon that was killed finds it again.
 * RFC 4301 §4.4, RFC 9611 §4.
 */
@NullMarked
package dev.keylane.daemon.kernel;

import org.jspecify.annotations.NullMarked;
