package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.KernelSa;
import dev.keylane.interop.lab.LoadCount;
import dev.keylane.interop.peer.Family;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a run of rekeyings under load came to: a line of the loss table, and whether it may be like that. */
final class LoadTable {
    private final String name;
    private final int cpus;
    private final Evidence evidence;

    LoadTable(String name, int cpus, Evidence evidence) {
        this.name = name;
        this.cpus = cpus;
        this.evidence = evidence;
    }

    /**
     * {@code ours}: the hosts that keylane runs on; {@code perCpu}: whether an SA for each CPU is to stand at the end,
     * beside the one for all.
     */
    void judge(List<String> ours, boolean perCpu) {
        carried(ours, perCpu);
        standing(perCpu);
        assertThat(childRekeyings()).as("rekeyings of Child SAs. %s", evidence)
                .isGreaterThanOrEqualTo(3 * (perCpu ? 1 + cpus : 1));
        assertThat(ikeRekeyings()).as("rekeyings of the IKE SA. %s", evidence).isGreaterThanOrEqualTo(2);
    }

    /** Nothing is lost while so many Child SAs at least are rekeyed. */
    void judgeLanes(List<String> ours, int rekeyings) {
        carried(ours, true);
        assertThat(childRekeyings()).as("rekeyings of Child SAs. %s", evidence).isGreaterThanOrEqualTo(rekeyings);
    }

    private void carried(List<String> ours, boolean perCpu) {
        System.out.println(line());
        evidence.completed();
        assertThat(lost()).as("packets lost. %s", evidence).isBetween(0L, perCpu ? 0 : tooLate());
        assertThat(replays()).as("packets received twice, or taken for that. %s", evidence).isZero();
        assertThat(errorsThatCount(ours, perCpu)).as("what the kernels counted. %s", evidence).isEmpty();
        for (String host : ours) {
            assertThat(total(counts(host), LoadCount::refused)).as("what %s's kernel did not send. %s", host, evidence)
                    .isZero();
        }
    }

    private String line() {
        return "load: %s | packets %d, %d/s a CPU | lost %d | replays %d | late %d | rekeyings: child %d, IKE %d%s"
                .formatted(name, total(counts(), LoadCount::sent), rate(), lost(), replays(),
                        total(counts(), LoadCount::late), childRekeyings(), ikeRekeyings(),
                        kernelErrors().isEmpty() ? "" : " | " + kernelErrors());
    }

    /**
     * A peer that deletes an SA while a packet of its own host is on its way through that SA makes its kernel refuse this
     * one packet: nothing that we could do. Everything else counts.
     */
    private Map<String, Long> errorsThatCount(List<String> ours, boolean perCpu) {
        Map<String, Long> errors = kernelErrors();
        if (!perCpu && tooLate() == errors.getOrDefault("right XfrmInNoStates", 0L)) {
            errors.remove("right XfrmInNoStates");
        }
        HOSTS.stream().filter(host -> !ours.contains(host))
                .forEach(host -> errors.remove(host + " XfrmOutStateInvalid"));
        return errors;
    }

    /**
     * libreswan takes its old inbound SA away together with the request to delete it: a packet that our kernel has on its
     * way just then finds none, once a rekeying at the most.
     */
    private long tooLate() {
        return Math.min(3, kernelErrors().getOrDefault("right XfrmInNoStates", 0L));
    }

    /** The same pairs at both ends, each CPU's once. */
    private void standing(boolean perCpu) {
        List<KernelSa> left = keyed("left");
        List<KernelSa> right = keyed("right");
        List<OptionalInt> expected = Stream.concat(Stream.of(OptionalInt.empty()),
                IntStream.range(0, perCpu ? cpus : 0).mapToObj(OptionalInt::of)).toList();
        assertThat(KernelSa.from(Family.IPV4.left, left)).as("CPUs of left's outbound SAs. %s", evidence)
                .extracting(KernelSa::cpu).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(KernelSa.from(Family.IPV4.right, right)).as("CPUs of right's outbound SAs. %s", evidence)
                .extracting(KernelSa::cpu).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(left).as("SAs at both ends. %s", evidence).hasSize(2 * expected.size()).extracting(KernelSa::spi)
                .containsExactlyInAnyOrderElementsOf(right.stream().map(KernelSa::spi).toList());
        assertThat(left).extracting(KernelSa::spi).doesNotContainAnyElementsOf(
                evidence.states("before.left").stream().map(KernelSa::spi).toList());
    }

    private List<KernelSa> keyed(String host) {
        return evidence.states("after." + host).stream().filter(KernelSa::keyed).toList();
    }

    private long lost() {
        return total(counts(), LoadCount::sent) - total(counts(), LoadCount::received);
    }

    private long replays() {
        return total(counts(), LoadCount::again) + kernelErrors().entrySet().stream()
                .filter(counter -> counter.getKey().endsWith("XfrmInStateSeqError")).mapToLong(Map.Entry::getValue).sum();
    }

    private long rate() {
        return Math.round(counts().mapToDouble(count -> count.sent() / Math.max(1, count.seconds())).average().orElse(0));
    }

    private static long total(Stream<LoadCount> counts, ToLongFunction<LoadCount> number) {
        return counts.mapToLong(number).sum();
    }

    private Stream<LoadCount> counts() {
        return HOSTS.stream().flatMap(this::counts);
    }

    private Stream<LoadCount> counts(String host) {
        return IntStream.range(0, cpus).mapToObj(cpu -> evidence.load("load.%s.%d".formatted(host, cpu)));
    }

    /** How much XFRM's error counters, and those of full sockets, have grown under the load; those that have. */
    private Map<String, Long> kernelErrors() {
        Map<String, Long> grown = new TreeMap<>();
        for (String host : HOSTS) {
            Map<String, Long> before = counters("errors-before." + host);
            counters("errors-after." + host).forEach((counter, value) -> {
                long more = value - before.getOrDefault(counter, 0L);
                if (more != 0) {
                    grown.put(host + " " + counter, more);
                }
            });
        }
        return grown;
    }

    private Map<String, Long> counters(String file) {
        return evidence.text(file).lines().map(line -> line.strip().split("\\s+"))
                .collect(Collectors.toMap(pair -> pair[0], pair -> Long.parseLong(pair[1])));
    }

    private long childRekeyings() {
        return evidence.log("left").lines().filter(line -> line.contains("CHILD_SA net{")
                && line.contains("established with SPIs")).count() - evidence.states("before.left").size() / 2;
    }

    private long ikeRekeyings() {
        return evidence.log("left").lines().filter(line -> line.contains("rekeyed between")).count();
    }

    private static final List<String> HOSTS = List.of("left", "right");
}
