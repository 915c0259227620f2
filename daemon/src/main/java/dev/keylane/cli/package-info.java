/**
 * The command line: one class a command, all below {@link Keylane}. Exit code 0 means done, 1 that it failed for a
 * reason that was printed as one sentence on standard error, 2 that the command line itself was wrong.
 */
@NullMarked
package dev.keylane.cli;

import org.jspecify.annotations.NullMarked;
