package dev.keylane.ike.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Host.Installed;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A packet of each CPU of both hosts, sent now and as long under way as any datagram.
 *
 * @param covered hosts whose packets must find an SA, having found one before
 */
record Probe(Pair pair, List<Host> covered) {
    private static final Duration UNDER_WAY = Duration.ofMillis(10);

    private record Sent(Host to, int cpu, Installed sa) {
    }

    void fly() {
        List<Sent> sent = Stream.of(pair.left, pair.right).flatMap(host ->
                IntStream.range(0, Sads.CPUS).boxed().flatMap(cpu -> send(host, cpu).stream())).toList();
        pair.drive(UNDER_WAY);
        for (Sent packet : sent) {
            assertThat(Sads.canRead(packet.to(), packet.sa())).as("%s reads the packet of CPU %s sent with %s",
                    packet.to() == pair.left ? "left" : "right", packet.cpu(), Sads.name(packet.sa())).isTrue();
        }
    }

    private Optional<Sent> send(Host host, int cpu) {
        Optional<Installed> sa = Sads.outbound(host, cpu);
        assertThat(sa.isPresent() || !covered.contains(host)).as("CPU %s of %s has an SA", cpu, host.address).isTrue();
        return sa.map(chosen -> new Sent(host == pair.left ? pair.right : pair.left, cpu, chosen));
    }
}
