/**
 * The control socket: a Unix domain socket that speaks VICI, on an event loop of its own. A session answers one command
 * at a time; events come in between. No client can harm another or the daemon: what it sends is bounded in size, half a
 * segment waits in a buffer of its own, malformed octets close the connection, and who does not read is cut off.
 */
@NullMarked
package dev.keylane.daemon.vici.server;

import org.jspecify.annotations.NullMarked;
