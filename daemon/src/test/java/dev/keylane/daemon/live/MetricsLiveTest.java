package dev.keylane.daemon.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keylane.daemon.control.SaSelector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a monitoring system sees of two daemons that key per CPU while packets flow. */
@Timeout(120)
class MetricsLiveTest {
    private static final String CHILD = "{connection=\"left-right\",child=\"bf\"";

    @TempDir
    static Path directory;

    private static LivePair pair;

    @BeforeAll
    static void start() throws Exception {
        pair = new LivePair(directory, "");
        pair.cover();
    }

    @AfterAll
    static void stop() {
        pair.close();
    }

    private static double sent(int cpu) throws Exception {
        return pair.metric("keylane_sa_sent_packets_total" + CHILD + ",cpu=\"" + cpu + "\"");
    }

    @Test
    void eachCpuIsCoveredAndCounted() throws Exception {
        assertThat(pair.metric("keylane_percpu_wanted" + CHILD)).isEqualTo(LivePair.CPUS);
        assertThat(pair.metric("keylane_child_up" + CHILD)).isGreaterThanOrEqualTo(LivePair.CPUS + 1);
        assertThat(pair.metric("keylane_connection_up{connection=\"left-right\"}")).isEqualTo(1);
        assertThat(pair.metric("keylane_handshake_duration_seconds_count{role=\"initiator\"}")
                + pair.metric("keylane_handshake_duration_seconds_count{role=\"responder\"}")).isEqualTo(1);
        for (int cpu = 0; cpu < LivePair.CPUS; cpu++) {
            double before = sent(cpu);
            int own = cpu;
            for (int i = 0; i < 50; i++) {
                pair.exchange(cpu, 100);
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> sent(own) >= before + 50);
        }
        // Which CPU's SA the answers come by is the other side's choice.
        await().atMost(Duration.ofSeconds(10)).until(() ->
                pair.metric("keylane_sa_received_packets_total" + CHILD) >= 50 * LivePair.CPUS);
    }

    @Test
    void countersGrowOnThroughRekeyings() throws Exception {
        double before = sent(1);
        double ups = pair.metric("keylane_child_ups_total" + CHILD);
        for (int i = 0; i < 100; i++) {
            pair.exchange(1, 100);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> sent(1) >= before + 100);
        pair.left().rekey(new SaSelector("bf", null, null, null)).toCompletableFuture().get(20, TimeUnit.SECONDS);
        await().atMost(Duration.ofSeconds(30)).until(() ->
                pair.metric("keylane_child_ups_total" + CHILD) >= ups + LivePair.CPUS + 1);
        double after = sent(1);
        assertThat(after).as("of SAs that are gone, too").isGreaterThanOrEqualTo(before + 100);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(pair.metric("keylane_child_sas{cpu=\"1\",lane=\"\",state=\"installed\"}")).isEqualTo(1);
            assertThat(pair.metric("keylane_percpu_covered" + CHILD)).isEqualTo(LivePair.CPUS);
        });
        assertThat(sent(1)).isGreaterThanOrEqualTo(after);
        double now = sent(1);
        for (int i = 0; i < 20; i++) {
            pair.exchange(1, 100);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> sent(1) >= now + 20);
        assertThat(pair.metric("keylane_exchange_duration_seconds_count{exchange=\"rekey_child\"}")).isPositive();
        assertThat(pair.metric("keylane_exchange_duration_seconds_sum{exchange=\"rekey_child\"}")).isPositive();
    }

    @Test
    void dashboardsForStrongSwanFindTheirNames() throws Exception {
        assertThat(pair.get("/metrics", "text/plain").body()).doesNotContain("strongswan_");
        String text = pair.get("/metrics?compat=strongswan", "text/plain").body();
        assertThat(text).contains("\nstrongswan_ike_status{ike_name=\"left-right\",ike_id=\"1\"} 1\n",
                "\nstrongswan_ike_count 1\n", "\nstrongswan_conn_count 1\n",
                "\nstrongswan_conn_configured{conn_name=\"left-right\"} 1\n", "\nstrongswan_cert_count 0\n");
        assertThat(text.lines().filter(line -> line.startsWith("strongswan_sa_status{ike_name=\"left-right\"")))
                .hasSizeGreaterThanOrEqualTo(LivePair.CPUS + 1);
        assertThat(text.lines().filter(line -> line.startsWith("strongswan_sa_outbound_packets{"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1))).sum()).isPositive();
    }

    @Test
    void openMetricsHasAnEnd() throws Exception {
        var answer = pair.get("/metrics", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(answer.body()).endsWith("\n# EOF\n").contains("# TYPE keylane_sa_sent_packets counter\n");
        assertThat(answer.body().lines().filter(line -> line.startsWith("# EOF"))).hasSize(1);
        assertThat(pair.get("/metrics", "application/openmetrics-text;q=0.1,text/plain").body()).doesNotContain("# EOF");
    }

    @Test
    void isReady() throws Exception {
        assertThat(pair.get("/readyz", "text/plain").body()).isEqualTo("ready\n");
        assertThat(pair.get("/healthz", "text/plain").body()).isEqualTo("ok\n");
    }
}
