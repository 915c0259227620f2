/**
 * What the service manager that started the daemon is told, sd_notify(3): when it is ready, that it is stopping, how many
 * SAs there are, and that its event loop still turns. Without {@code NOTIFY_SOCKET} in the environment nobody is told
 * anything, and a manager that does not listen harms nothing.
 */
@NullMarked
package dev.keylane.daemon.service;

import org.jspecify.annotations.NullMarked;
