package dev.keylane.daemon.http;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.DaemonStats;
import dev.keylane.daemon.control.Status;
import dev.keylane.daemon.control.SteeringSnapshot;
import dev.keylane.daemon.control.SteeringTree;
import dev.keylane.daemon.metrics.MetricsText;
import dev.keylane.daemon.metrics.Sample;
import dev.keylane.daemon.metrics.Sampler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be read. Samples are taken by the worker, one after the other; what needs the daemon alone is asked of it from
 * the event loop, and is not waited for long.
 */
final class Pages implements AutoCloseable {
    private final Vertx vertx;
    private final Sampler sampler;
    private final MetricsText metrics;
    private final StatusPage page;
    private final Shared<DaemonStats> stats;
    private final Shared<Status> status;
    private final Shared<SteeringSnapshot> steering;
    private SteeringSnapshot steered = SteeringSnapshot.NONE;

    Pages(Vertx vertx, Control control, Sampler sampler, String version) {
        this.vertx = vertx;
        this.stats = new Shared<>(control::stats);
        this.status = new Shared<>(control::status);
        this.steering = new Shared<>(control::steering);
        this.sampler = sampler;
        this.metrics = new MetricsText(version);
        this.page = new StatusPage(version);
    }

    /** Says no more than that the daemon lives, to whoever asks. */
    boolean isFree(String path) {
        return "/healthz".equals(path);
    }

    void answer(HttpServerRequest request) {
        switch (String.valueOf(request.path())) {
            case "/metrics" -> metrics(request);
            case "/healthz" -> healthy(request);
            case "/readyz" -> ready(request);
            case "/steering" -> steering(request);
            case "/" -> page(request);
            case "/status.json" -> work(request, () -> sampler.take().map(this::tree),
                    tree -> Answers.ok(request, "application/json", tree));
            default -> Answers.problem(request, 404, "there is no such page: try /, /status.json, /metrics, /steering, "
                    + "/healthz or /readyz");
        }
    }

    private void metrics(HttpServerRequest request) {
        String accept = String.valueOf(request.getHeader("Accept"));
        String compat;
        try {
            compat = request.getParam("compat");
        } catch (IllegalArgumentException garbled) {
            Answers.problem(request, 400, "the query cannot be read: % stands before two hexadecimal digits");
            return;
        }
        if (compat != null && !compat.equals("strongswan")) {
            Answers.problem(request, 400, "compat is strongswan or nothing: /metrics?compat=strongswan");
            return;
        }
        boolean strongswan = compat != null;
        work(request, () -> sampler.take().map(sample -> metrics.of(sample, accept, strongswan)),
                text -> Answers.ok(request, text.contentType(), text.text()));
    }

    private void page(HttpServerRequest request) {
        work(request, () -> sampler.take().map(sample -> page.of(sample, Overview.of(sample, steering()))), html -> {
            request.response().putHeader("Content-Security-Policy", StatusPage.CONTENT_SECURITY_POLICY);
            Answers.ok(request, "text/html; charset=utf-8", html);
        });
    }

    private String tree(Sample sample) {
        Overview overview = Overview.of(sample, steering());
        return StatusTree.of(sample, overview, page.version(), page.layout(sample, overview)).encode() + "\n";
    }

    /** As it was the last time it was told soon enough; for the worker. */
    private SteeringSnapshot steering() {
        try {
            steered = steering.ask().get(STEERING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException busy) {
            return steered;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return steered;
    }

    private <T> void work(HttpServerRequest request, Callable<Optional<T>> task, Consumer<T> answer) {
        vertx.executeBlocking(task, true).onComplete(done -> {
            if (done.failed()) {
                LOG.error("answering {} failed", request.path(), done.cause());
                Answers.problem(request, 500, "a mistake of keylane's, see its log");
            } else {
                done.result().ifPresentOrElse(answer, () -> Answers.problem(request, 503, NOT_ANSWERING));
            }
        });
    }

    /** Healthy is a daemon whose event loop answers. */
    private void healthy(HttpServerRequest request) {
        asked(request, stats, (alive, failure) -> {
            if (failure == null) {
                Answers.ok(request, "text/plain; charset=utf-8", "ok\n");
            } else {
                Answers.problem(request, 503, NOT_ANSWERING);
            }
        });
    }

    /** Ready is one that can do all it is configured to; otherwise it says what is missing. */
    private void ready(HttpServerRequest request) {
        asked(request, status, (told, failure) -> {
            if (failure != null) {
                notReady(request, List.of(NOT_ANSWERING));
            } else {
                vertx.executeBlocking(() -> missing(told), true).onComplete(done ->
                        notReady(request, done.succeeded() ? done.result() : List.of(NOT_ANSWERING)));
            }
        });
    }

    private List<String> missing(Status told) {
        List<String> missing = new ArrayList<>(told.missing());
        sampler.take().map(Sample::problem).filter(problem -> !problem.isEmpty())
                .ifPresent(problem -> missing.add("the kernel does not tell of its SAs: " + problem));
        return missing;
    }

    private static void notReady(HttpServerRequest request, List<String> missing) {
        String accept = String.valueOf(request.getHeader("Accept"));
        int code = missing.isEmpty() ? 200 : 503;
        if (accept.contains("json")) {
            Answers.json(request, code, Map.of("ready", missing.isEmpty(), "missing", missing));
        } else {
            Answers.send(request, code, "text/plain; charset=utf-8",
                    missing.isEmpty() ? "ready\n" : String.join("\n", missing) + "\n");
        }
    }

    private void steering(HttpServerRequest request) {
        asked(request, steering, (snapshot, failure) -> {
            if (failure == null) {
                Answers.json(request, 200, SteeringTree.of(snapshot));
            } else {
                Answers.problem(request, 503, NOT_ANSWERING);
            }
        });
    }

    /** On the event loop again, soon. */
    private <T> void asked(HttpServerRequest request, Shared<T> question, BiConsumer<T, Throwable> answer) {
        question.ask().orTimeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .whenComplete((value, failure) -> vertx.runOnContext(_ -> answer.accept(value, failure)));
    }

    @Override
    public void close() {
        sampler.close();
        metrics.close();
    }

    private static final String NOT_ANSWERING = "not answering";
    private static final int ANSWER_MILLIS = 500;
    private static final int STEERING_MILLIS = 200;
    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
