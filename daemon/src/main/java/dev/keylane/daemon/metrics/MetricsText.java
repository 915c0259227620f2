package dev.keylane.daemon.metrics;

import dev.keylane.daemon.metrics.Exposition.Format;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Locale;

/**
 * All metrics as text: the daemon's totals, which Micrometer keeps, and what there is a series of for each connection,
 * child and CPU. For one thread at a time.
 */
public final class MetricsText implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final DaemonMeters meters;
    private final SaFamilies sas = new SaFamilies();
    private int expected = 1 << 16;

    /** @param contentType what HTTP calls it */
    public record Text(String contentType, String text) {
    }

    /** @param version the daemon's */
    public MetricsText(String version) {
        this.meters = new DaemonMeters(registry, version);
    }

    /**
     * @param accept     what the scraper would like to have, as in HTTP
     * @param strongswan whether to add what an exporter for strongSwan would tell
     */
    public Text of(Sample sample, String accept, boolean strongswan) {
        Format format = format(accept);
        meters.show(sample.status().stats(), sample.status().taken());
        Exposition out = new Exposition(format, expected);
        out.text(registry.scrape(format.contentType()));
        ConnectionFamilies.write(sample.status(), out);
        LatencyFamilies.write(sample.status().activity(), out);
        sas.write(sample, out);
        KernelFamilies.write(sample, out);
        ProcessFamilies.write(out);
        if (strongswan) {
            StrongswanFamilies.write(sample, out);
        }
        String text = out.end();
        expected = text.length() + text.length() / 8;
        return new Text(format.contentType(), text);
    }

    /** OpenMetrics for whoever asks for it and does not like the older format better. */
    private static Format format(String accept) {
        double openMetrics = weight(accept, "application/openmetrics-text");
        return openMetrics > 0 && openMetrics >= weight(accept, "text/plain") ? Format.OPENMETRICS : Format.PROMETHEUS;
    }

    private static double weight(String accept, String type) {
        double best = 0;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", MOST_RANGES)) {
            String[] parts = range.strip().split("\\s*;\\s*");
            if (parts[0].equals(type)) {
                best = Math.max(best, quality(parts));
            }
        }
        return best;
    }

    private static double quality(String[] parts) {
        for (String part : parts) {
            if (part.matches("q=[01](\\.\\d{0,3})?")) {
                return Double.parseDouble(part.substring(2));
            }
        }
        return 1;
    }

    @Override
    public void close() {
        registry.close();
    }

    private static final int MOST_RANGES = 50;
}
