/**
 * What a monitoring system is told. A {@link dev.keylane.daemon.metrics.Sampler} takes samples of the daemon and of the
 * kernel's counters without holding up either, {@link dev.keylane.daemon.metrics.MetricsText} writes them for Prometheus and
 * OpenMetrics. The daemon's totals are kept by Micrometer; what has a series for each child and CPU, tens of thousands of
 * them, is written as it is. Names begin with {@code keylane_}, totals end in {@code _total}, moments are Unix seconds.
 */
@NullMarked
package dev.keylane.daemon.metrics;

import org.jspecify.annotations.NullMarked;
