/**
 * A blocking VICI client for the command line, on the JDK's Unix domain sockets: one request at a time, events handed
 * to a listener as they come. Failures of the connection are {@link java.io.IOException}s whose message is a sentence
 * for the operator.
 */
@NullMarked
package dev.keylane.daemon.vici.client;

import org.jspecify.annotations.NullMarked;
