package dev.keylane.daemon.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is looked at before a request is answered: whether it only reads, and whether whoever sends it may. */
final class Gate {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?::1]?");

    private final HttpOptions options;
    private final Optional<Token> token;
    private final Connections connections;
    private final Pages pages;

    Gate(HttpOptions options, Optional<Token> token, Connections connections, Pages pages) {
        this.options = options;
        this.token = token;
        this.connections = connections;
        this.pages = pages;
    }

    void on(HttpServerRequest request) {
        if (request.response().writeQueueFull()) {
            // It asks on and on without reading what it gets.
            request.connection().close();
        } else if (!isMeant(request)) {
            refuse(request, 421, "this is not the host you are looking for");
        } else if (hasBody(request)) {
            refuse(request, 413, "requests have no body here");
        } else if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader("Allow", "GET, HEAD");
            refuse(request, 405, "nothing can be changed by HTTP");
        } else if (mayRead(request)) {
            connections.asked(request.connection());
            pages.answer(request);
        } else if (pages.isFree(request.path())) {
            pages.answer(request);
        } else {
            request.response().putHeader("WWW-Authenticate", "Bearer realm=\"keylane\", Basic realm=\"keylane\"");
            refuse(request, 401, "a token is needed");
        }
    }

    /** Whoever is refused does not keep a place. */
    private static void refuse(HttpServerRequest request, int status, String sentence) {
        request.response().putHeader("Connection", "close").endHandler(_ -> request.connection().close());
        Answers.problem(request, status, sentence);
    }

    /** What serves this machine alone is not for pages of others, whose names lead here; browsers say which one they want. */
    private boolean isMeant(HttpServerRequest request) {
        if (!options.isLocal() || token.isPresent() || request.getHeader("Host") == null) {
            return true;
        }
        HostAndPort host = request.authority();
        return host != null && (LOOPBACK.matcher(host.host()).matches()
                || host.host().equalsIgnoreCase(options.address().getHostString()));
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return request.getHeader("Transfer-Encoding") != null || length != null && !length.equals("0");
    }

    private boolean mayRead(HttpServerRequest request) {
        String authorization = request.getHeader("Authorization");
        return token.isEmpty() || token.get().isShownBy(authorization == null ? "" : authorization);
    }
}
