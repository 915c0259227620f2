package dev.keylane.daemon.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Clients that are connected: a bounded number of them, each for as long as it goes on asking. One that sends a request
 * octet by octet, or nothing, is cut off; the one that has been silent longest makes room for a new one, of those first that
 * have been served nothing. On the server's event loop.
 */
final class Connections {
    private final Vertx vertx;
    /** The one that has been silent longest is the first. */
    private final Map<HttpConnection, Long> deadlines = new LinkedHashMap<>();
    private final Set<HttpConnection> served = new HashSet<>();

    Connections(Vertx vertx) {
        this.vertx = vertx;
    }

    void opened(HttpConnection connection) {
        if (deadlines.size() >= MOST) {
            makeRoom();
        }
        expect(connection, FIRST_MILLIS);
        connection.closeHandler(_ -> {
            served.remove(connection);
            stop(deadlines.remove(connection));
        });
    }

    /** Those that have been served go last. */
    private void makeRoom() {
        HttpConnection silent = deadlines.keySet().stream().filter(each -> !served.contains(each)).findFirst()
                .orElseGet(() -> deadlines.keySet().iterator().next());
        served.remove(silent);
        stop(deadlines.remove(silent));
        silent.close();
    }

    /** A whole request has come; the next one has to within a while. */
    void asked(HttpConnection connection) {
        if (deadlines.containsKey(connection)) {
            served.add(connection);
            expect(connection, NEXT_MILLIS);
        }
    }

    private void expect(HttpConnection connection, long millis) {
        stop(deadlines.remove(connection));
        deadlines.put(connection, vertx.setTimer(millis, _ -> connection.close()));
    }

    private void stop(@Nullable Long timer) {
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }

    static final int MOST = 64;
    static final long FIRST_MILLIS = 10_000;
    /** Longer than Prometheus waits between two scrapes, usually. */
    static final long NEXT_MILLIS = 90_000;
}
