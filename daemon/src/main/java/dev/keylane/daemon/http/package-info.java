/**
 * HTTP for people and monitoring systems, read-only: a status page, {@code /status.json}, {@code /metrics}, {@code
 * /steering}, {@code /healthz} and {@code /readyz}. {@link dev.keylane.daemon.http.Gate} decides who may read, {@link
 * dev.keylane.daemon.http.Connections} bounds what clients can hold, {@link dev.keylane.daemon.http.Pages} answers. Nothing
 * in here waits for an SA.
 */
@NullMarked
package dev.keylane.daemon.http;

import org.jspecify.annotations.NullMarked;
