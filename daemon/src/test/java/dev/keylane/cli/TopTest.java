package dev.keylane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.vici.server.ServerFixture;
import dev.keylane.ike.child.Resource;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What top draws, and that it gives the terminal back. */
class TopTest {
    private static final TopFrame.Size WIDE = new TopFrame.Size(50, 200);

    @Test
    void ratesAreWhatCameSinceTheLastFrame() {
        TopSample before = sample(0, 1_000, 10, 500, 5);
        TopSample now = sample(2_000_000_000L, 251_000, 210, 500, 5);
        assertThat(TopFrame.of(before, now, WIDE)).containsExactly(
                "keylane: 1 of 2 connections up, 1 IKE SAs, 2 Child SAs, in 1.0M, out 0",
                "",
                "CHILD                  CPU STATE      OFFLOAD  STEERING  IN pkt/s  IN bit/s OUT pkt/s OUT bit/s   REKEY",
                "net: #1 ESTABLISHED with 192.0.2.2, rekeying 3h59",
                "  bf                     - INSTALLED  -        -                0         0         0         0   59m59",
                "  bf                     3 REKEYING   packet   xdp            100      1.0M         0         0     99s",
                "  other down",
                "spare: down");
    }

    @Test
    void aConnectionIsUpOnceItsIkeSaIs() {
        TopSample.Conn connecting = new TopSample.Conn("net", List.of("net"),
                List.of(new TopSample.Ike(1, "CONNECTING", "192.0.2.2", null, List.of())));
        TopSample now = new TopSample(0, List.of(connecting));
        assertThat(TopFrame.of(null, now, WIDE).getFirst()).startsWith("keylane: 0 of 1 connections up, 1 IKE SAs");
        assertThat(Json.line(TopJson.of(now))).contains("\"up\": false", "\"state\": \"CONNECTING\"");
    }

    @Test
    void theFirstFrameKnowsNoRates() {
        assertThat(TopFrame.of(null, sample(0, 1, 1, 1, 1), WIDE).get(5)).contains("        -         -         -         -");
    }

    @Test
    void jsonHasTheSameInNumbers() {
        assertThat(Json.line(TopJson.of(sample(0, 251_000, 210, 500, 5)))).contains("\"name\": \"spare\", \"up\": false",
                "\"children_down\": [\"other\"]", "\"place\": \"3\", \"state\": \"REKEYING\", \"offload\": \"packet\", "
                        + "\"steering\": \"xdp\", \"rekey_seconds\": 99, \"bytes_in\": 251000, \"packets_in\": 210");
    }

    @Test
    void aCounterThatBeganAnewIsNoNegativeRate() {
        assertThat(TopFrame.of(sample(0, 900, 9, 900, 9), sample(1_000_000_000L, 1, 1, 1, 1), WIDE).getFirst())
                .endsWith("in 0, out 0");
    }

    @Test
    void whatDoesNotFitIsCutAndSaid() {
        assertThat(TopFrame.of(null, sample(0, 1, 1, 1, 1), new TopFrame.Size(5, 20))).hasSize(5)
                .allMatch(line -> line.length() <= 20).endsWith("... 4 more lines");
    }

    @Test
    void numbersAreShort() {
        assertThat(List.of(0d, 999d, 1_000d, 9_940d, 9_960d, 999_600d, 2.5e9, 7e15)).extracting(TopFrame::scaled)
                .containsExactly("0", "999", "1.0k", "9.9k", "10k", "1.0M", "2.5G", "7000T");
    }

    private static TopSample sample(long nanos, long bytesIn, long packetsIn, long bytesOut, long packetsOut) {
        TopSample.Traffic none = new TopSample.Traffic(0, 0);
        TopSample.Sa all = new TopSample.Sa(2, "bf", "-", "INSTALLED", "-", "-", 3_599L, none, none);
        TopSample.Sa third = new TopSample.Sa(3, "bf", "3", "REKEYING", "packet", "xdp", 99L,
                new TopSample.Traffic(bytesIn, packetsIn), new TopSample.Traffic(bytesOut, packetsOut));
        TopSample.Ike ike = new TopSample.Ike(1, "ESTABLISHED", "192.0.2.2", 14_399L, List.of(all, third));
        return new TopSample(nanos, List.of(new TopSample.Conn("net", List.of("bf", "other"), List.of(ike)),
                new TopSample.Conn("spare", List.of("c"), List.of())));
    }

    @Test
    @Timeout(60)
    void printsOneFrameWhereThereIsNoTerminal(@TempDir Path directory) throws Exception {
        try (ServerFixture server = new ServerFixture(directory)) {
            server.control.loadConnection(Samples.BLUE_FIELD);
            server.control.sas.add(Samples.ike(1, Samples.child(3, Resource.cpu(10)), Samples.child(2, Resource.FALLBACK),
                    Samples.child(4, Resource.cpu(9))));
            StringWriter out = new StringWriter();
            assertThat(Keylane.commandLine().setOut(new PrintWriter(out, true))
                    .execute("top", "--once", "--control", server.path.toString())).isZero();
            assertThat(out.toString().lines().skip(3).map(line -> line.replaceAll(" +", " ")).toList()).containsExactly(
                    "BFL-BFR: #1 ESTABLISHED with 192.168.50.2, rekeying 3h36",
                    " bf - INSTALLED - - - - - - 50m00", " bf 9 INSTALLED - - - - - - 50m00", " bf 10 INSTALLED - - - - - - 50m00");
            assertThat(Keylane.commandLine().setErr(new PrintWriter(out, true)).execute("top", "--interval", "0",
                    "--control", server.path.toString())).isEqualTo(2);
        }
    }

    /** script(1) gives it a terminal: it draws there until q, and what was there before is there again. */
    @Test
    @Timeout(90)
    void drawsOnATerminalUntilQ(@TempDir Path directory) throws Exception {
        try (ServerFixture server = new ServerFixture(directory)) {
            server.control.sas.add(Samples.ike(1, Samples.child(2, Resource.FALLBACK)));
            String command = "stty rows 24 cols 100; %s -XX:TieredStopAtLevel=1 -cp %s dev.keylane.cli.Keylane top --interval 0.2 --control %s; echo EXIT=$?; stty -a"
                    .formatted(ProcessHandle.current().info().command().orElseThrow(), System.getProperty("java.class.path"), server.path);
            Process process = new ProcessBuilder("script", "-qec", command, "/dev/null").redirectErrorStream(true).start();
            StringBuilder seen = new StringBuilder();
            byte[] buffer = new byte[4096];
            boolean quit = false;
            for (int count = process.getInputStream().read(buffer); count > 0; count = process.getInputStream().read(buffer)) {
                seen.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
                if (!quit && seen.toString().split("1 of 1 connections up", -1).length > 2) {
                    process.getOutputStream().write('q');
                    process.getOutputStream().flush();
                    quit = true;
                }
            }
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(seen.toString()).contains("\033[?1049h", "BFL-BFR: #1 ESTABLISHED", "EXIT=0")
                    .matches("(?s).*\033\\[\\?1049l.*[^-]icanon.*");
        }
    }
}
