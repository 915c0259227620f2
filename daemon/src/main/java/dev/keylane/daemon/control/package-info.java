/**
 * The port between the running daemon and everything that asks from outside: the VICI socket, the command line, HTTP
 * and the demo. {@link dev.keylane.daemon.control.Control} is implemented by the daemon's runtime; its methods may be
 * called from any thread and answer by completion stages. What comes back are immutable snapshots and outcome values
 * whose texts are charon's, because scripts match them. {@link dev.keylane.daemon.control.ConfigStore} holds what was
 * loaded and {@link dev.keylane.daemon.control.Reload} decides, as a pure function, what a changed connection means
 * for SAs and traps that exist.
 */
@NullMarked
package dev.keylane.daemon.control;

import org.jspecify.annotations.NullMarked;
