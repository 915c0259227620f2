/**
 * bpf(2) over {@code java.lang.foreign}, without libbpf: maps, programs, the link that holds a program on a device's
 * XDP hook, pins in a BPF file system, and what is on a hook already. Every descriptor is closed by its owner; what is
 * pinned outlives it. Errors that a caller expects are negated errnos, the others a {@link
 * dev.keylane.linux.LinuxException}, with the verifier's words when it was the verifier. Needs CAP_BPF and
 * CAP_NET_ADMIN, and Linux 5.18.
 */
@NullMarked
package dev.keylane.bpf;

import org.jspecify.annotations.NullMarked;
