/** HTTP for monitoring systems: {@code /metrics} and {@code /healthz}, read-only. */
@NullMarked
package dev.keylane.daemon.http;

import org.jspecify.annotations.NullMarked;
