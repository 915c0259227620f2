/**
 * RFC 9611 as a pure machine: which CPUs have, lack or ask for an SA of their own, when the kernel is told to raise
 * acquires per CPU, and which resource serves an SA the peer asked for. Events and the time go in, actions come out;
 * nothing here reads a clock or touches a kernel.
 */
@NullMarked
package dev.keylane.pcpu;

import org.jspecify.annotations.NullMarked;
