/**
 * BPF programs as data: instructions are records, jumps go to labels, maps have names. {@link
 * dev.keylane.bpf.code.Assembler} collects them, {@link dev.keylane.bpf.code.BpfCode} prints them the way the kernel's
 * verifier does and turns them into the kernel's 8 octets each (RFC 9669). Nothing here talks to a kernel.
 */
@NullMarked
package dev.keylane.bpf.code;

import org.jspecify.annotations.NullMarked;
