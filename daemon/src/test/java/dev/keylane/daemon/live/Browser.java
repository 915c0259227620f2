package dev.keylane.daemon.live;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A headless Chromium with one page, led by the DevTools protocol. */
@SuppressWarnings("try") // that waiting for the browser to end can be interrupted
final class Browser implements AutoCloseable {
    private final Process process;
    private final Path profile;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();

    private Browser(Process process, Path profile) throws Exception {
        this.process = process;
        this.profile = profile;
        this.socket = client.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(20))
                .buildAsync(URI.create(page()), new Incoming()).get(30, TimeUnit.SECONDS);
        send("Page.enable", new JsonObject());
        send("Runtime.enable", new JsonObject());
    }

    static Browser start() throws Exception {
        Path profile = Files.createTempDirectory("browser");
        Process process = Tools.start(profile.resolve("log"), "chromium", "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--hide-scrollbars", "--disable-dev-shm-usage", "--remote-debugging-port=0",
                "--user-data-dir=" + profile, "about:blank");
        try {
            return new Browser(process, profile);
        } catch (Exception failed) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw failed;
        }
    }

    /** Chromium says in a file where it listens. */
    private String page() throws Exception {
        Path told = profile.resolve("DevToolsActivePort");
        for (int i = 0; i < 300 && !(Files.exists(told) && Files.readAllLines(told).size() > 1); i++) {
            Thread.sleep(100);
        }
        String port = Files.readAllLines(told).getFirst();
        HttpResponse<String> made = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port
                + "/json/new?about:blank")).method("PUT", HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
        return new JsonObject(made.body()).getString("webSocketDebuggerUrl");
    }

    JsonObject send(String method, JsonObject parameters) throws Exception {
        int id = lastId.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        socket.sendText(new JsonObject().put("id", id).put("method", method).put("params", parameters).encode(), true)
                .get(20, TimeUnit.SECONDS);
        JsonObject result = answer.get(40, TimeUnit.SECONDS);
        if (result.containsKey("error")) {
            throw new IOException(method + ": " + result.getJsonObject("error").encode());
        }
        return result.getJsonObject("result");
    }

    void size(int width, int height) throws Exception {
        send("Emulation.setDeviceMetricsOverride", new JsonObject().put("width", width).put("height", height)
                .put("deviceScaleFactor", 1).put("mobile", width < 600));
    }

    void dark(boolean dark) throws Exception {
        send("Emulation.setEmulatedMedia", new JsonObject().put("features", new JsonArray().add(
                new JsonObject().put("name", "prefers-color-scheme").put("value", dark ? "dark" : "light"))));
    }

    void scripts(boolean enabled) throws Exception {
        send("Emulation.setScriptExecutionDisabled", new JsonObject().put("value", !enabled));
    }

    void open(String url) throws Exception {
        send("Page.navigate", new JsonObject().put("url", url));
    }

    /** The value of an expression, by value. Works where a page's own scripts are off, too. */
    String value(String expression) throws Exception {
        JsonObject result = send("Runtime.evaluate", new JsonObject().put("expression", expression).put("returnByValue", true));
        if (result.containsKey("exceptionDetails")) {
            throw new IOException(result.getJsonObject("exceptionDetails").encode());
        }
        return String.valueOf(result.getJsonObject("result").getValue("value"));
    }

    /** The whole page, as a PNG. */
    void screenshot(Path to) throws Exception {
        JsonObject size = send("Page.getLayoutMetrics", new JsonObject()).getJsonObject("cssContentSize");
        JsonObject clip = new JsonObject().put("x", 0).put("y", 0).put("width", size.getValue("width"))
                .put("height", size.getValue("height")).put("scale", 1);
        String data = send("Page.captureScreenshot", new JsonObject().put("format", "png").put("clip", clip)
                .put("captureBeyondViewport", true)).getString("data");
        Files.createDirectories(to.getParent());
        Files.write(to, Base64.getDecoder().decode(data));
    }

    private final class Incoming implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonObject message = new JsonObject(text.toString());
                text.setLength(0);
                CompletableFuture<JsonObject> answer = waiting.remove(message.getInteger("id", 0));
                if (answer != null) {
                    answer.complete(message);
                }
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }
    }

    @Override
    public void close() throws Exception {
        try {
            send("Browser.close", new JsonObject());
        } finally {
            socket.abort();
            client.close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            try (var files = Files.walk(profile)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }
}
