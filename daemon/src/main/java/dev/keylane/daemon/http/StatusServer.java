package dev.keylane.daemon.http;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.metrics.Sampler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves what {@link Control} tells, on an event loop and a worker of its own: a slow client never delays an SA. */
public final class StatusServer implements AutoCloseable {
    private final Vertx vertx;
    private final Pages pages;

    private StatusServer(Vertx vertx, Pages pages) {
        this.vertx = vertx;
        this.pages = pages;
    }

    /**
     * @param sampler closed with the server
     * @param version the daemon's
     * @throws IOException with a sentence, when the address cannot be listened on any more
     */
    public static StatusServer listen(CheckedHttp checked, Control control, Sampler sampler, String version)
            throws IOException {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
        StatusServer server = new StatusServer(vertx, new Pages(vertx, control, sampler, version));
        try {
            server.start(checked.options(), checked.token());
            warn(checked.options());
            return server;
        } catch (IOException refused) {
            server.close();
            throw refused;
        }
    }

    /** As in a URL. */
    public static String text(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static void warn(HttpOptions options) {
        if (!options.isLocal() && options.token().isPresent() && options.tls().isEmpty()) {
            LOG.warn("the HTTP token goes in the clear: HTTPS takes --http-certificate and --http-key");
        }
    }

    private void start(HttpOptions options, Optional<Token> token) throws IOException {
        Connections connections = new Connections(vertx);
        Gate gate = new Gate(options, token, connections, pages);
        String where = text(options.address());
        try {
            HttpServer server = vertx.createHttpServer(serverOptions(options)).connectionHandler(connections::opened)
                    .requestHandler(gate::on);
            server.listen().toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            throw new IOException("cannot serve HTTP on " + where + ": " + refused.getCause().getMessage(), refused);
        } catch (TimeoutException stuck) {
            throw new IOException("cannot serve HTTP on " + where + ": no answer", stuck);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    private static HttpServerOptions serverOptions(HttpOptions options) {
        HttpServerOptions server = new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setMaxInitialLineLength(2048)
                .setMaxHeaderSize(8192).setMaxChunkSize(4096).setHttp2ClearTextEnabled(false).setUseAlpn(false)
                .setPerMessageWebSocketCompressionSupported(false).setPerFrameWebSocketCompressionSupported(false)
                .setHost(options.address().getHostString()).setPort(options.address().getPort());
        options.tls().ifPresent(tls -> server.setSsl(true).setSslHandshakeTimeout(HANDSHAKE_SECONDS).setKeyCertOptions(new PemKeyCertOptions()
                .setCertPath(tls.certificate().toString()).setKeyPath(tls.key().toString())));
        return server;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().orTimeout(2, TimeUnit.SECONDS)
                .exceptionally(failure -> null).join();
        pages.close();
    }

    /** Without anything read or written. */
    private static final int IDLE_SECONDS = 75;
    private static final int START_SECONDS = 10;
    private static final int HANDSHAKE_SECONDS = 4;
    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
