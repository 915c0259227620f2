/**
 * System calls over {@code java.lang.foreign}: sockets, descriptors, CPU affinity, mounts, bpf(2), and what the kernel
 * tells in small files. Calls answer as the kernel itself does, a result or a negated errno, so that a caller can treat
 * the errors it expects as values; {@link LinuxException} is for those it does not. Nothing here knows a protocol.
 * Linux on x86-64 and arm64.
 */
@NullMarked
package dev.keylane.linux;

import org.jspecify.annotations.NullMarked;
