/**
 * Which CPUs send over a fallback SA, on Linux: {@link dev.keylane.daemon.senders.LinuxSendingCpus} keeps the program of
 * {@link dev.keylane.steering.senders} on the devices that routes to the peers lead to. On the shard's thread, but for
 * what is heard.
 */
@NullMarked
package dev.keylane.daemon.senders;

import org.jspecify.annotations.NullMarked;
