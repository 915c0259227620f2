/**
 * The two XDP programs, written down with {@link dev.keylane.bpf.code.Assembler}, and the maps they share with us.
 * {@link dev.keylane.steering.program.SpiProgram} sends ESP to the CPU of its SA, {@link
 * dev.keylane.steering.program.FlowProgram} spreads plaintext flows. Neither ever drops a packet: whatever they do not
 * understand goes on as if they were not there, and is counted by its {@link dev.keylane.steering.Verdict}. All loads
 * are of 4 octets at most, so that they suit kernels that want alignment; there are no loops. Linux takes them from whoever
 * has CAP_BPF and CAP_NET_ADMIN: see {@link dev.keylane.steering.program.Reading}.
 */
@NullMarked
package dev.keylane.steering.program;

import org.jspecify.annotations.NullMarked;
