package dev.keylane.daemon.http;

import static dev.keylane.daemon.http.Html.text;

import dev.keylane.daemon.control.SteeringCount;
import dev.keylane.daemon.metrics.Sample;
import dev.keylane.ike.sa.IkeSaView;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The status page, whole without a script: with one, rates and countdowns go on by themselves. Style and script are part of
 * it, and the browser is told to run and load nothing else.
 */
final class StatusPage {
    private static final String STYLE = resource("status.css");
    private static final String SCRIPT = resource("status.js");
    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src '" + hash(STYLE) + "'; script-src '"
            + hash(SCRIPT) + "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final String version;

    StatusPage(String version) {
        this.version = version;
    }

    String of(Sample sample, Overview overview) {
        return """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark"><title>keylane</title><link rel="icon" href="data:,">
                <noscript><meta http-equiv="refresh" content="5"></noscript>
                <style>""" + STYLE + "</style></head><body>\n" + body(sample, overview, false) + "<script>" + SCRIPT
                + "</script></body></html>\n";
    }

    /** Changes when something else does than rates and countdowns. */
    String layout(Sample sample, Overview overview) {
        return Integer.toHexString(body(sample, overview, true).hashCode());
    }

    private String body(Sample sample, Overview overview, boolean still) {
        Instant now = sample.taken();
        StringBuilder out = new StringBuilder("<header><h1>keylane</h1>");
        readiness(out, sample);
        out.append("<span class=\"chip\">").append(text(sample.status().stats().kernel())).append(" kernel</span>");
        out.append("<span class=\"chip\">").append(text(version)).append("</span>");
        out.append("<span class=\"chip\">up <span class=\"since\" data-since=\"")
                .append(sample.status().stats().since().getEpochSecond()).append("\">")
                .append(still ? "" : since(now, sample.status().stats().since())).append("</span></span>");
        out.append("<span class=\"chip stale\" id=\"stale\" hidden>no answer</span></header>\n");
        out.append("<main id=\"main\" data-layout=\"").append(still ? "" : layout(sample, overview)).append("\">\n");
        Tiles.write(out, sample, overview, still);
        out.append("<section><h2>CPU × SA</h2>\n").append(Matrix.of(overview, now, still)).append("</section>\n");
        out.append("<section><h2>Connections</h2>\n<div class=\"cards\">");
        overview.peers().stream().limit(MOST_PEERS).forEach(peer -> peer(out, peer, now, still));
        out.append(overview.peers().isEmpty() ? "<p class=\"empty\">No connection is configured.</p>" : "").append("</div></section>\n");
        steering(out, sample.status().stats().steering(), still);
        out.append("<section><h2>Last events</h2>\n").append(Events.of(sample.status().recent())).append("</section>\n");
        return out.append("</main>\n<footer><a href=\"/status.json\">status.json</a><a href=\"/metrics\">metrics</a>"
                + "<a href=\"/steering\">steering</a><a href=\"/readyz\">readyz</a></footer>\n").toString();
    }

    private static void readiness(StringBuilder out, Sample sample) {
        List<String> missing = sample.status().missing();
        String first = !missing.isEmpty() ? missing.getFirst() : sample.problem();
        out.append("<span class=\"chip ").append(first.isEmpty() ? "good" : "bad").append("\">")
                .append(first.isEmpty() ? "ready" : "not ready: " + text(first)).append("</span>");
    }

    private static String since(Instant now, Instant start) {
        return Html.span(Duration.between(start, now).toSeconds());
    }

    private static void peer(StringBuilder out, Overview.Peer peer, Instant now, boolean still) {
        boolean idle = peer.sas().isEmpty() && peer.children().stream().noneMatch(child -> child.start().contains("start"));
        out.append("<article class=\"card ").append(peer.isUp() ? "good" : idle ? "idle" : "bad").append("\"><h3>")
                .append(text(peer.name())).append("<span class=\"state\">")
                .append(peer.latest().map(sa -> text(sa.state().name().toLowerCase(Locale.ROOT)))
                        .orElse(idle ? "waiting" : "down")).append("</span></h3>");
        peer.latest().ifPresent(sa -> ends(out, sa, now, still));
        out.append("<ul>");
        peer.children().forEach(child -> child(out, child));
        out.append("</ul></article>");
    }

    private static void ends(StringBuilder out, IkeSaView sa, Instant now, boolean still) {
        out.append("<p class=\"ends\"><span>").append(text(sa.path().local().address())).append("</span> ⇄ <span>")
                .append(text(sa.path().remote().address())).append("</span></p><p class=\"ids\"><span>")
                .append(text(name(sa.ids().local()))).append("</span> ⇄ <span>").append(text(name(sa.ids().remote())))
                .append("</span></p>");
        if (sa.rekeyAt() != null) {
            out.append("<p class=\"ids\">IKE SA rekeyed in <span class=\"left\" data-at=\"").append(sa.rekeyAt().getEpochSecond())
                    .append("\">").append(still ? "" : Html.span(Duration.between(now, sa.rekeyAt()).toSeconds()))
                    .append("</span></p>");
        }
    }

    private static Object name(@Nullable Object identity) {
        return Optional.ofNullable(identity).orElse("?");
    }

    private static void child(StringBuilder out, Overview.Child child) {
        boolean waits = !child.isUp() && !child.start().contains("start");
        out.append("<li class=\"").append(child.isUp() ? "good" : waits ? "idle" : "bad").append("\"><span>")
                .append(text(child.name())).append("</span><span>");
        if (child.isUp() && child.wanted() > 0) {
            out.append("<progress max=\"").append(child.wanted()).append("\" value=\"").append(child.covered()).append("\"></progress> ")
                    .append(child.covered()).append(" of ").append(child.wanted()).append(child.lanes() ? " lanes" : " CPUs");
        } else {
            out.append(child.isUp() ? "up" : waits ? "not up, start_action " + child.start() : "down");
        }
        out.append("</span></li>");
    }

    private static void steering(StringBuilder out, List<SteeringCount> counts, boolean still) {
        if (counts.isEmpty()) {
            return;
        }
        out.append("<section><h2>Steering</h2>\n<div class=\"scroll\"><table class=\"plain\"><thead><tr><th>device</th><th>by</th>"
                + "<th>SAs</th><th>hits</th><th>misses</th><th>unsteered SAs</th></tr></thead><tbody>");
        for (SteeringCount count : counts) {
            out.append("<tr data-steering=\"").append(counts.indexOf(count)).append("\"><td>").append(text(count.device())).append("</td><td>").append(text(count.strategy()))
                    .append("</td><td>").append(count.entries()).append("</td><td class=\"hits\">").append(still ? "" : count.hits())
                    .append("</td><td class=\"misses\">").append(still ? "" : count.misses()).append("</td><td>").append(count.unsteered())
                    .append("</td></tr>");
        }
        out.append("</tbody></table></div></section>\n");
    }

    String version() {
        return version;
    }

    private static String resource(String name) {
        try (InputStream in = StatusPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String hash(String inline) {
        try {
            return "sha256-" + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256")
                    .digest(inline.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static final int MOST_PEERS = 200;
}
