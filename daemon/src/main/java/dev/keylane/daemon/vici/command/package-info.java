/**
 * The commands of the control socket, a class a command or small group. A command turns a request into an answer by
 * way of the {@link dev.keylane.daemon.control.Control} port and never blocks; error texts are charon's. A command that
 * is not in the {@link dev.keylane.daemon.vici.command.CommandTable} is unknown, and so is what it would have done.
 */
@NullMarked
package dev.keylane.daemon.vici.command;

import org.jspecify.annotations.NullMarked;
