package dev.keylane.daemon.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What goes back: nothing is kept by caches, framed by other pages, or taken for something else than it is. */
final class Answers {
    private Answers() {
    }

    static void ok(HttpServerRequest request, String contentType, String body) {
        send(request, 200, contentType, body);
    }

    static void json(HttpServerRequest request, int status, Map<String, @Nullable Object> tree) {
        send(request, status, "application/json", new JsonObject(tree).encodePrettily() + "\n");
    }

    /** As JSON for whoever asks for JSON, as a line of text for others. */
    static void problem(HttpServerRequest request, int status, String sentence) {
        String accept = request.getHeader("Accept");
        if (accept != null && accept.contains("json")) {
            json(request, status, Map.of("status", status, "error", sentence));
        } else {
            send(request, status, "text/plain; charset=utf-8", sentence + "\n");
        }
    }

    static void send(HttpServerRequest request, int status, String contentType, String body) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        List<Buffer> octets = slices(body);
        response.setStatusCode(status).putHeader("Content-Type", contentType)
                .putHeader("Content-Length", Integer.toString(octets.stream().mapToInt(Buffer::length).sum()))
                .putHeader("Cache-Control", "no-store").putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY").putHeader("Referrer-Policy", "no-referrer");
        if (request.method().name().equals("HEAD")) {
            response.end();
            return;
        }
        octets.subList(0, octets.size() - 1).forEach(response::write);
        response.end(octets.getLast());
    }

    /** In one piece, megabytes of metrics would be two large objects more for the collector, at each scrape. */
    static List<Buffer> slices(String body) {
        List<Buffer> slices = new ArrayList<>(body.length() / SLICE + 1);
        int from = 0;
        while (body.length() - from > SLICE) {
            int to = from + SLICE - (Character.isHighSurrogate(body.charAt(from + SLICE - 1)) ? 1 : 0);
            slices.add(Buffer.buffer(body.substring(from, to), "UTF-8"));
            from = to;
        }
        slices.add(Buffer.buffer(body.substring(from), "UTF-8"));
        return slices;
    }

    private static final int SLICE = 64 << 10;
}
