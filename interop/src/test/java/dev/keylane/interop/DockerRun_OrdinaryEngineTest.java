package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.host.HostCommand;
import dev.keylane.interop.host.HostCommand.Result;
import dev.keylane.interop.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code interop/docker/run} asks of an engine that is there, and of a registry: a stand-in for docker writes it down. */
class DockerRun_OrdinaryEngineTest {
    private static final String DOCKER = "interop/src/test/resources/dev/keylane/interop/docker";

    @TempDir
    Path directory;
    private Path calls;

    @BeforeEach
    void packageThere() throws IOException {
        calls = Files.createFile(directory.resolve("calls"));
        Files.createFile(directory.resolve("keylane.deb"));
    }

    @Test
    void buildsFromTheRegistrysDebianStartsAsksAndTakesDown() throws IOException {
        Result result = run("REGISTRY=yes", "KERNEL=yes", "PINGS=20");
        assertThat(result.output()).contains("from debian:12-slim", "docker: ok: 20 of 20 pings answered each way, 40 packets");
        assertThat(result.exit()).isZero();
        String build = "build -q --network host --build-arg BASE=debian:12-slim -t keylane/";
        assertThat(calls()).containsSubsequence("info", "image ls -q debian:12-slim", "pull -q debian:12-slim",
                build + "keylane - <Dockerfile keylane.deb libreswan.conf start swanctl.conf",
                build + "strongswan - <Dockerfile peer.conf start", build + "prometheus - <Dockerfile check prometheus.yml",
                "image rm made-before", compose("up -d --no-build keylane strongswan prometheus"), compose("ps -a -q keylane"),
                "rename id-of-keylane keylane-keylane", "exec keylane-strongswan test -e /run/routed",
                "exec keylane-keylane keylane initiate --ike docker --child net --timeout 20",
                "exec keylane-strongswan ping -q -c 20 -i 0.05 -W 2 -I 10.2.0.1 10.1.0.1", "exec keylane-prometheus check 40",
                "stop --time 5 keylane-keylane", "exec keylane-prometheus check --down", down());
    }

    @Test
    void withoutARegistryOrUnaskedTheBaseIsItsOwn() throws IOException {
        assertThat(run("REGISTRY=no", "KERNEL=yes", "PINGS=20").output()).contains("from keylane/debian");
        assertThat(run("REGISTRY=yes", "KERNEL=yes", "PINGS=20", "--offline").output()).contains("from keylane/debian");
        assertThat(calls().stream().filter(call -> call.startsWith("pull"))).hasSize(1);
    }

    @Test
    void grafanaComesFromTheRegistryAndStays() throws IOException {
        assertThat(run("REGISTRY=yes", "KERNEL=yes", "PINGS=20", "--grafana").exit()).isZero();
        assertThat(calls()).containsSubsequence("pull -q grafana/grafana",
                compose("up -d --no-build keylane strongswan prometheus grafana"), "exec keylane-prometheus check --grafana")
                .doesNotContain(down());
        Result none = run("REGISTRY=no", "KERNEL=yes", "PINGS=20", "--grafana");
        assertThat(none.output()).endsWith("docker: FAILED: Grafana's image comes from a registry, and none has it\n");
        assertThat(none.exit()).isEqualTo(1);
    }

    @Test
    void libreswanIsAskedForItsChildAndWantsEspInTheKernel() throws IOException {
        Result result = run("REGISTRY=yes", "KERNEL=yes", "PINGS=20", "--peer", "libreswan");
        assertThat(result.exit()).isZero();
        assertThat(calls()).containsSubsequence(compose("up -d --no-build keylane libreswan prometheus"),
                "exec keylane-keylane keylane initiate --ike libreswan --child net --timeout 20",
                "exec keylane-keylane ping -q -c 20 -i 0.05 -W 2 -I 10.1.0.1 10.3.0.1",
                "exec keylane-libreswan ipsec whack --trafficstatus", down());
        Result without = run("REGISTRY=yes", "KERNEL=no", "PINGS=0", "--peer", "libreswan");
        assertThat(without.output()).contains("docker: NOT HERE: libreswan needs ESP in the kernel");
        assertThat(without.exit()).isEqualTo(3);
        assertThat(run("REGISTRY=yes", "KERNEL=yes", "PINGS=20", "--peer", "racoon").exit()).isEqualTo(2);
    }

    @Test
    void lostPingsFailAndAllIsTakenDown() throws IOException {
        Result result = run("REGISTRY=yes", "KERNEL=yes", "PINGS=19");
        assertThat(result.output()).endsWith("docker: FAILED: 19 and 19 of 20 pings came back\n");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(calls()).endsWith("compose version", down());
    }

    private static String compose(String what) {
        return "compose -p keylane -f " + Lab.repository().resolve("interop/docker/compose.yml") + " " + what;
    }

    private static String down() {
        return compose("--profile libreswan --profile grafana down --timeout 5");
    }

    private Result run(String registry, String kernel, String pings, String... options) {
        List<String> command = new ArrayList<>(List.of("env", "PATH=" + Lab.repository().resolve(DOCKER) + ":/usr/bin:/bin",
                "CALLS=" + calls, registry, kernel, pings, "interop/docker/run", "--package",
                directory.resolve("keylane.deb").toString()));
        command.addAll(List.of(options));
        return HostCommand.run(Duration.ofMinutes(1), command.toArray(String[]::new));
    }

    private List<String> calls() throws IOException {
        try (Stream<String> lines = Files.lines(calls)) {
            return lines.toList();
        }
    }
}
