/** What a monitoring system is told: counters and gauges named {@code keylane_*}, kept by Micrometer. */
@NullMarked
package dev.keylane.daemon.metrics;

import org.jspecify.annotations.NullMarked;
