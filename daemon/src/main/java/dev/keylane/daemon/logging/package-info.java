/**
 * How lines of the log look, which are written ({@code filelog}, {@code syslog}, {@code journal} and {@code log_format} of the
 * daemon's settings), how many, and who hears them besides; and the file of keys that lets Wireshark read IKE messages
 * ({@code log_keys_for_wireshark}). Groups are strongSwan's. The only place that knows what stands behind the loggers.
 */
@NullMarked
package dev.keylane.daemon.logging;

import org.jspecify.annotations.NullMarked;
