package dev.keylane.daemon.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.DaemonStats;
import dev.keylane.daemon.control.FakeControl;
import dev.keylane.daemon.control.Happening;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.control.SaSelector;
import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.control.SteeringCount;
import dev.keylane.daemon.http.CheckedHttp;
import dev.keylane.daemon.http.HttpOptions;
import dev.keylane.daemon.http.StatusServer;
import dev.keylane.daemon.metrics.Sampler;
import dev.keylane.daemon.offload.OffloadCounts;
import dev.keylane.daemon.traffic.KernelReader;
import dev.keylane.daemon.traffic.SaTotals;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.ike.wire.Octets;
import dev.keylane.pcpu.CpuSet;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The status page in a browser. What it looks like is left in {@code target/screenshots}. */
@Timeout(180)
class StatusPageTest {
    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final String IDLE_CONNECTION = """
            connections {
              rack-17 {
                local_addrs = 127.0.0.1
                remote_addrs = 192.0.2.17
                local { auth = psk
                  id = host1
                }
                remote { auth = psk
                  id = rack17.example
                }
                children {
                  storage { mode = transport
                  }
                  backup { remote_ts = 10.9.0.0/16
                  }
                }
              }
            }
            """;

    @TempDir
    static Path directory;

    private static LivePair pair;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        Tools.needed();
        pair = new LivePair(directory, IDLE_CONNECTION);
        pair.cover();
        browser = Browser.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (pair != null) {
            pair.close();
        }
    }

    private static void open(int width, boolean dark, boolean scripts) throws Exception {
        browser.size(width, 800);
        browser.dark(dark);
        browser.scripts(scripts);
        browser.open("http://127.0.0.1:" + pair.port + "/");
        awaitValue("document.readyState", "complete");
        awaitValue("document.querySelectorAll('[data-sa]').length >= " + (LivePair.CPUS + 1), "true");
    }

    private static void awaitValue(String expression, String expected) {
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(browser.value(expression)).isEqualTo(expected));
    }

    /** More on each CPU than on the one before, so that they can be told apart. */
    private static void traffic() {
        for (int cpu = 0; cpu < LivePair.CPUS; cpu++) {
            for (int i = 0; i <= 4 * cpu; i++) {
                pair.exchange(cpu, 1200);
            }
        }
    }

    private static void keepRefreshing(int times) {
        await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(20)).until(() -> {
            traffic();
            return Integer.parseInt(browser.value("document.body.dataset.refreshed || 0")) >= times;
        });
    }

    private static String rate(int row, String side) throws Exception {
        return browser.value("document.querySelectorAll('[data-sa]')[" + row + "].querySelector('." + side + "').textContent");
    }

    @Test
    void showsEachCpusSaWithLiveRates() throws Exception {
        open(1100, false, true);
        keepRefreshing(3);
        assertThat(browser.value("document.querySelector('.matrix tbody').innerText")).contains("all", "0", "3");
        assertThat(rate(4, "rx")).matches("[\\d.]+ [kM]?b/s");
        assertThat(rate(4, "tx")).matches("[\\d.]+ [kM]?b/s").isNotEqualTo("0 b/s");
        assertThat(browser.value("document.querySelectorAll('[data-sa]')[4].dataset.heat")).isEqualTo("5");
        assertThat(browser.value("document.querySelector('.tile.tx b').textContent")).matches("[\\d.]+ [kM]b/s");
        assertThat(browser.value("document.querySelector('.tile.rx b').textContent")).matches("[\\d.]+ [kM]b/s");
        assertThat(browser.value("document.querySelector('.cards').innerText")).contains("left-right", "established", "host2",
                "4 of 4 CPUs", "rack-17", "storage", "not up, start_action none");
        assertThat(browser.value("document.querySelector('.events').innerText")).contains("left-right: IKE SA up",
                "left-right: Child SA bf on CPUs 0-3 up");
        assertThat(browser.value("document.querySelector('[data-sa] .left').textContent")).matches("\\d+:\\d\\d|\\d+h \\d\\dm");
        browser.screenshot(SCREENSHOTS.resolve("status.png"));
        browser.dark(true);
        assertThat(browser.value("getComputedStyle(document.body).backgroundColor")).isEqualTo("rgb(14, 17, 22)");
        browser.screenshot(SCREENSHOTS.resolve("status-dark.png"));
    }

    @Test
    void fitsAPhone() throws Exception {
        open(375, true, true);
        keepRefreshing(2);
        assertThat(browser.value("document.documentElement.scrollWidth")).as("nothing sticks out").isEqualTo("375");
        assertThat(browser.value("window.innerWidth")).isEqualTo("375");
        browser.screenshot(SCREENSHOTS.resolve("status-phone.png"));
    }

    @Test
    void aNewSaAppearsByItself() throws Exception {
        open(1100, false, true);
        keepRefreshing(1);
        String before = browser.value("document.getElementById('main').dataset.layout");
        pair.left().rekey(new SaSelector("bf", null, null, null)).toCompletableFuture().get();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() ->
                assertThat(browser.value("document.getElementById('main').dataset.layout")).isNotEqualTo(before));
        awaitValue("document.querySelectorAll('[data-sa]').length", Integer.toString(LivePair.CPUS + 1));
        awaitValue("document.getElementById('stale').hidden", "true");
    }

    @Test
    void withoutAScriptItIsAPlainPage() throws Exception {
        open(1100, false, false);
        await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(50)).until(() -> {
            traffic();
            String page = pair.get("/", "text/html").body();
            return page.contains("<b>") && !page.contains("class=\"tile tx\"><b>–");
        });
        // A page made right after one to compare with was kept has no rates.
        await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(300)).untilAsserted(() -> {
            traffic();
            browser.open("http://127.0.0.1:" + pair.port + "/");
            awaitValue("document.querySelectorAll('[data-sa]').length", Integer.toString(LivePair.CPUS + 1));
            assertThat(browser.value("document.querySelector('.matrix').innerText")).contains("b/s", ":");
        });
        assertThat(browser.value("document.body.dataset.refreshed === undefined")).isEqualTo("true");
        assertThat(browser.value("document.querySelector('noscript meta').getAttribute('content')")).isEqualTo("5");
    }

    @Test
    void packetsThatAreSteeredAreCountedInPlace() throws Exception {
        FakeControl control = new FakeControl();
        AtomicLong hits = new AtomicLong(70);
        control.onStats = () -> CompletableFuture.completedStage(new DaemonStats(Samples.NOW, 0, DaemonStats.Strangers.NONE, 1, 0, "software",
                DaemonStats.Counts.NONE, DaemonStats.Population.NONE, List.of(new SteeringCount("eth0", "xdp", 4, OptionalInt.of(8), 1,
                Map.of("redirected", hits.addAndGet(10)))), Map.of(), OffloadCounts.NONE, Map.of()));
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (StatusServer _ = StatusServer.listen(CheckedHttp.of(HttpOptions.at(new InetSocketAddress("127.0.0.1", port))), control,
                new Sampler(control, () -> KernelReader.Reading.NOTHING, new SaTotals(), InstantSource.system()), "1.2.3")) {
            browser.scripts(true);
            browser.open("http://127.0.0.1:" + port + "/");
            awaitValue("document.querySelectorAll('[data-steering]').length", "1");
            long first = Long.parseLong(browser.value("document.querySelector('[data-steering]').dataset.seen = document.querySelector('.hits').textContent"));
            await().atMost(Duration.ofSeconds(30)).until(() -> Long.parseLong(browser.value("document.querySelector('.hits').textContent")) > first);
            assertThat(browser.value("document.querySelector('[data-steering]').dataset.seen")).as("the row is the same one")
                    .isEqualTo(Long.toString(first));
        }
    }

    @Test
    void namesOfPeersStayText() throws Exception {
        String evil = "<script>window.evil=1</script><img src=x onerror=\"window.evil=2\">'\"&\u202e";
        FakeControl control = new FakeControl();
        ChildSnapshot child = Samples.child(1, Resource.cpu(0));
        IkeSaView sa = Samples.ike(1, child).ike();
        control.sas.add(new IkeSnapshot(new IkeSaView(sa.id(), evil, sa.state(), sa.initiator(), sa.spis(), sa.path(),
                new IkeSaView.Ids(Identification.parse("fine"), new Identification(Identification.FQDN, Octets.wrap(evil.getBytes(StandardCharsets.UTF_8)))), sa.suite(), sa.nat(),
                sa.established(), sa.rekeyAt(), sa.children()), List.of(child)));
        control.recent = List.of(new Happening(Samples.NOW, Happening.Kind.IKE_DOWN, evil, evil, CpuSet.EMPTY, 1, evil, evil));
        control.missing = List.of(evil);
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (StatusServer _ = StatusServer.listen(CheckedHttp.of(HttpOptions.at(new InetSocketAddress("127.0.0.1", port))), control,
                new Sampler(control, () -> KernelReader.Reading.NOTHING, new SaTotals(), InstantSource.system()), evil)) {
            browser.scripts(true);
            browser.open("http://127.0.0.1:" + port + "/");
            awaitValue("document.readyState", "complete");
            await().atMost(Duration.ofSeconds(30)).until(() ->
                    Integer.parseInt(browser.value("document.body.dataset.refreshed || 0")) >= 2);
            assertThat(browser.value("window.evil === undefined")).isEqualTo("true");
            assertThat(browser.value("document.querySelectorAll('img').length")).isEqualTo("0");
            assertThat(browser.value("document.querySelectorAll('script').length")).isEqualTo("1");
            assertThat(browser.value("document.querySelector('.card h3').innerText")).contains("<script>window.evil=1</script>", "\ufffd");
            assertThat(browser.value("document.querySelector('.card').innerText")).contains("onerror");
            browser.value("document.body.appendChild(Object.assign(document.createElement('script'), {textContent: 'window.evil=3'}))");
            assertThat(browser.value("window.evil === undefined")).as("the policy lets no other script run").isEqualTo("true");
        }
    }
}
