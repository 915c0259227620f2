/**
 * Putting a daemon together and taking it apart: kernel, sockets, core, control socket and HTTP, in an order that leaves
 * nothing behind whichever step fails.
 */
@NullMarked
package dev.keylane.daemon.boot;

import org.jspecify.annotations.NullMarked;
