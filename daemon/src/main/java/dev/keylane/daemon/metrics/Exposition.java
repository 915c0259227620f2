package dev.keylane.daemon.metrics;

import dev.keylane.daemon.control.LatencyCount;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes metrics as text, a family after the other: what is said of one stands together, which both formats ask for. Made
 * for tens of thousands of samples; labels come ready from {@link Labels}.
 */
final class Exposition {
    /** What a scraper can ask for. */
    enum Format {
        PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
        OPENMETRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

        private final String contentType;

        Format(String contentType) {
            this.contentType = contentType;
        }

        String contentType() {
            return contentType;
        }
    }

    private final Format format;
    private final StringBuilder out;
    private String sample = "";

    /** @param expected characters */
    Exposition(Format format, int expected) {
        this.format = format;
        this.out = new StringBuilder(expected);
    }

    Exposition gauge(String name, String help) {
        return family(name, name, "gauge", help);
    }

    /** @param name without {@code _total} */
    Exposition counter(String name, String help) {
        return family(format == Format.OPENMETRICS ? name : name + "_total", name + "_total", "counter", help);
    }

    private Exposition histogram(String name, String help) {
        return family(name, name, "histogram", help);
    }

    private Exposition family(String name, String sampleName, String type, String help) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        sample = sampleName;
        return this;
    }

    /** @param labels in braces, or nothing */
    Exposition add(String labels, long value) {
        out.append(sample).append(labels).append(' ').append(value).append('\n');
        return this;
    }

    Exposition add(String labels, double value) {
        out.append(sample).append(labels).append(' ').append(value).append('\n');
        return this;
    }

    /** Unix seconds; a moment that is not known is no sample. */
    Exposition add(String labels, @Nullable Instant moment) {
        if (moment != null) {
            long millis = moment.toEpochMilli();
            out.append(sample).append(labels).append(' ').append(millis / 1000).append('.');
            long fraction = millis % 1000;
            out.append(fraction < 100 ? fraction < 10 ? "00" : "0" : "").append(fraction).append('\n');
        }
        return this;
    }

    /** A family of histograms; each is added by {@link #add(String, LatencyCount)}. */
    Exposition seconds(String name, String help) {
        return histogram(name, help);
    }

    Exposition add(String labels, LatencyCount count) {
        long sum = 0;
        for (int i = 0; i < count.counts().size(); i++) {
            sum += count.counts().get(i);
            String bound = i < LatencyCount.BOUNDS.size()
                    ? LatencyCount.BOUNDS.get(i).toString() : "+Inf";
            out.append(sample).append("_bucket").append(Labels.with(labels, "le", bound)).append(' ').append(sum).append('\n');
        }
        out.append(sample).append("_sum").append(labels).append(' ').append(count.seconds()).append('\n');
        out.append(sample).append("_count").append(labels).append(' ').append(sum).append('\n');
        return this;
    }

    /** Families that somebody else has written, in the same format. */
    Exposition text(String families) {
        out.append(families.endsWith(END) ? families.substring(0, families.length() - END.length()) : families);
        return this;
    }

    String end() {
        if (format == Format.OPENMETRICS) {
            out.append(END);
        }
        return out.toString();
    }

    private static final String END = "# EOF\n";
}
