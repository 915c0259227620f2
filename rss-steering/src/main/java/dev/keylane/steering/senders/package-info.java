/**
 * Which CPUs send over which outbound SA (RFC 9611 §3: an SA for a CPU is made when that CPU has packets to send). {@link
 * dev.keylane.steering.senders.SenderObserver} puts {@link dev.keylane.steering.program.SenderProgram} where devices
 * send, by TCX beside whatever else is there, and hears of the first packet of each CPU. It changes no packet's way, and
 * nothing of it stays when the process ends.
 */
@NullMarked
package dev.keylane.steering.senders;

import org.jspecify.annotations.NullMarked;
