package dev.keylane.daemon.http;

import dev.keylane.daemon.metrics.Sample;
import dev.keylane.daemon.metrics.Sample.Rate;
import dev.keylane.ike.sa.ChildSaView;
import java.util.List;
import java.util.Optional;

/** The numbers at the top of the page. */
final class Tiles {
    private Tiles() {
    }

    static void write(StringBuilder out, Sample sample, Overview overview, boolean still) {
        Optional<Rate> rate = overview.rate().filter(_ -> !still);
        List<Overview.Child> children = overview.peers().stream().flatMap(peer -> peer.children().stream()).toList();
        long up = overview.peers().stream().filter(Overview.Peer::isUp).count();
        int wanted = children.stream().mapToInt(Overview.Child::wanted).sum();
        int covered = children.stream().mapToInt(Overview.Child::covered).sum();
        out.append("<div class=\"tiles\">");
        tile(out, "rx", "received", rate.map(all -> Html.rate(all.receivedBits())).orElse("–"));
        tile(out, "tx", "sent", rate.map(all -> Html.rate(all.sentBits())).orElse("–"));
        tile(out, "", "connections up", up + " of " + overview.peers().size());
        tile(out, "", "Child SAs", Long.toString(sample.status().sas().stream()
                .flatMap(sa -> sa.children().stream()).filter(ChildSaView::isUp).count()));
        if (wanted > 0) {
            tile(out, covered < wanted ? "warn" : "", "CPUs with SAs", covered + " of " + wanted);
        }
        tile(out, "", "half-open", Integer.toString(sample.status().stats().strangers().halfOpen()));
        out.append("</div>\n");
    }

    private static void tile(StringBuilder out, String kind, String name, String value) {
        out.append("<div class=\"tile ").append(kind).append("\"><b>").append(value).append("</b><small>").append(name)
                .append("</small></div>");
    }
}
