package dev.keylane.daemon.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** What is looked at before a request is answered: whether it only reads, and whether whoever sends it may. */
final class Gate {
    private final Optional<Token> token;
    private final Connections connections;
    private final Pages pages;

    Gate(Optional<Token> token, Connections connections, Pages pages) {
        this.token = token;
        this.connections = connections;
        this.pages = pages;
    }

    void on(HttpServerRequest request) {
        connections.asked(request.connection());
        if (hasBody(request)) {
            request.response().putHeader("Connection", "close").closeHandler(_ -> { });
            request.response().endHandler(_ -> request.connection().close());
            Answers.problem(request, 413, "requests have no body here");
        } else if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader("Allow", "GET, HEAD");
            Answers.problem(request, 405, "nothing can be changed by HTTP");
        } else if (!pages.isFree(request.path()) && !mayRead(request)) {
            request.response().putHeader("WWW-Authenticate", "Bearer realm=\"keylane\", Basic realm=\"keylane\"");
            Answers.problem(request, 401, "a token is needed");
        } else {
            pages.answer(request);
        }
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
