/**
 * {@code updown} of a child: a command that is run when its SAs come and go, with the environment that strongSwan's updown
 * plugin gives it. Called once for each pair of selectors; rekeying and the SAs of single CPUs call nothing.
 *
 * <p>{@code UpdownScripts} belongs to the shard's thread and only queues; {@code ScriptRunner} runs a few commands at a time
 * in threads of its own, each for a limited time. What a command prints goes to the log; what it returns changes nothing.
 */
@NullMarked
package dev.keylane.daemon.updown;

import org.jspecify.annotations.NullMarked;
