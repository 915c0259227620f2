package dev.keylane.daemon.http;

import static dev.keylane.daemon.http.Html.text;

import dev.keylane.daemon.metrics.Sample.Rate;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.sa.ChildSaView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The table of CPUs and SAs: a row a CPU, a column a child, a pair of SAs in each cell. */
final class Matrix {
    private final Instant now;
    private final boolean still;
    private final double busiest;

    /** @param place where it is in {@code /status.json} */
    private record Column(String place, String connection, Overview.Child child, Map<Integer, Overview.Sa> sas) {
    }

    /** @param still without what changes by itself */
    private Matrix(Instant now, boolean still, double busiest) {
        this.now = now;
        this.still = still;
        this.busiest = busiest;
    }

    static String of(Overview overview, Instant now, boolean still) {
        List<Column> columns = new ArrayList<>();
        TreeSet<Integer> rows = new TreeSet<>();
        double busiest = 1;
        for (int i = 0; i < overview.peers().size(); i++) {
            Overview.Peer peer = overview.peers().get(i);
            for (int j = 0; j < peer.children().size(); j++) {
                Overview.Child child = peer.children().get(j);
                Map<Integer, Overview.Sa> sas = new HashMap<>();
                for (Overview.Sa sa : child.sas()) {
                    sas.put(sa.series().resource().cpu(), sa);
                    busiest = Math.max(busiest, sa.rate().map(Matrix::both).orElse(0.0));
                }
                if (!sas.isEmpty()) {
                    columns.add(new Column(i + "." + j, peer.name(), child, sas));
                    rows.addAll(sas.keySet());
                }
            }
        }
        return columns.isEmpty() ? "<p class=\"empty\">No Child SA is up.</p>"
                : new Matrix(now, still, busiest).table(columns, rows);
    }

    private static double both(Rate rate) {
        return rate.receivedBits() + rate.sentBits();
    }

    private String table(List<Column> columns, TreeSet<Integer> rows) {
        StringBuilder out = new StringBuilder("<div class=\"scroll\" tabindex=\"0\"><table class=\"matrix\"><thead><tr><th>CPU</th>");
        columns.stream().limit(MOST_COLUMNS).forEach(column -> out.append("<th scope=\"col\">").append(text(column.child().name()))
                .append("<small>").append(text(column.connection())).append("</small></th>"));
        out.append("</tr></thead><tbody>\n");
        rows.stream().limit(MOST_ROWS).forEach(row -> {
            out.append("<tr><th scope=\"row\">").append(row < 0 ? "all" : row).append("</th>");
            columns.stream().limit(MOST_COLUMNS).forEach(column -> cell(out, column, row));
            out.append("</tr>\n");
        });
        out.append("</tbody></table></div>\n");
        if (columns.size() > MOST_COLUMNS || rows.size() > MOST_ROWS) {
            out.append("<p class=\"empty\">").append(columns.size()).append(" children on ").append(rows.size())
                    .append(" CPUs are more than fit here; /status.json has all of them.</p>");
        }
        return out.toString();
    }

    private void cell(StringBuilder out, Column column, int row) {
        Overview.Sa sa = column.sas().get(row);
        if (sa == null) {
            out.append("<td class=\"none\"><span>").append(row < 0 || column.child().lanes() ? "" : "shared").append("</span></td>");
            return;
        }
        out.append("<td data-sa=\"").append(column.place()).append('.').append(column.child().sas().indexOf(sa)).append("\" data-heat=\"").append(still ? 0 : heat(sa)).append("\">");
        out.append("<div class=\"cell\"><div class=\"rates\"><span class=\"rx\" title=\"received\">").append(still ? "" : rate(sa, true))
                .append("</span><span class=\"tx\" title=\"sent\">").append(still ? "" : rate(sa, false)).append("</span></div>");
        out.append("<div class=\"marks\">");
        marks(out, sa);
        countdown(out, "rekeyed in", sa.view().rekeyAt());
        out.append("</div></div></td>");
    }

    /** Steps of brightness, each three times as busy as the one before. */
    private int heat(Overview.Sa sa) {
        double share = sa.rate().map(Matrix::both).orElse(0.0) / busiest;
        return share <= 0.0005 ? 0 : Math.clamp(Math.round(5 + Math.log(share) / Math.log(3)), 1, 5);
    }

    private static String rate(Overview.Sa sa, boolean received) {
        return sa.rate().map(rate -> Html.rate(received ? rate.receivedBits() : rate.sentBits())).orElse("–");
    }

    private static void marks(StringBuilder out, Overview.Sa sa) {
        ChildSaView.State state = sa.view().state();
        if (state != ChildSaView.State.INSTALLED) {
            out.append("<span class=\"mark busy\">").append(text(state.name().toLowerCase(Locale.ROOT))).append("</span>");
        }
        if (sa.series().isLane()) {
            out.append("<span class=\"mark\">lane</span>");
        }
        if (sa.grant().asked() != HwOffload.NO) {
            out.append("<span class=\"mark ").append(sa.grant().isFull() ? "good" : "warn").append("\" title=\"")
                    .append(text(sa.grant())).append("\">").append(text(sa.grant().granted().label())).append("</span>");
        }
        if (!sa.steering().isEmpty()) {
            out.append("<span class=\"mark ").append(sa.steering().equals("here") ? "warn" : "good").append("\" title=\"")
                    .append(sa.steering().equals("here") ? "decrypted where its packets arrive" : "its packets are steered to this CPU")
                    .append("\">").append(text(sa.steering().equals("here") ? "unsteered" : sa.steering())).append("</span>");
        }
    }

    private void countdown(StringBuilder out, String what, @Nullable Instant at) {
        if (at != null) {
            out.append("<span class=\"left\" title=\"").append(what).append("\" data-at=\"").append(at.getEpochSecond())
                    .append("\">").append(still ? "" : Html.span(Duration.between(now, at).toSeconds())).append("</span>");
        }
    }

    private static final int MOST_COLUMNS = 32;
    private static final int MOST_ROWS = 513;
}
