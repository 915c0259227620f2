package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.KernelSa;
import dev.keylane.interop.lab.PhaseLoss;
import dev.keylane.interop.lab.SeenPackets;
import dev.keylane.interop.peer.Family;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was lost of a constant load, by phase, direction and kind of socket: rows of the loss table, and their judgement. */
final class LossTable {
    private final String name;
    private final Evidence evidence;
    private final List<PhaseLoss> losses;

    LossTable(String name, Evidence evidence) {
        this.name = name;
        this.evidence = evidence;
        this.losses = evidence.losses();
    }

    /** Prints the table, and leaves it in the scenario's directory as {@code loss-table.md}. */
    LossTable shown() {
        String rows = Stream.of("left", "right")
                .flatMap(from -> Stream.of("connected", "unconnected").map(socket -> row(from, socket)))
                .collect(Collectors.joining("\n"));
        String heading = "| run | from | sockets | " + phases().collect(Collectors.joining(" | ")) + " |\n|"
                + " --- |".repeat(3 + (int) phases().count());
        System.out.println(heading + "\n" + rows);
        try {
            Files.writeString(evidence.directory().resolve("loss-table.md"), heading + "\n" + rows + "\n");
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        return this;
    }

    /** The script has come to its end, and in each phase each direction has sent by both kinds of sockets. */
    LossTable complete() {
        evidence.completed();
        assertThat(losses).as("%s", evidence).isNotEmpty().allMatch(loss -> loss.sent() > 0, "something was sent");
        return this;
    }

    /** Nothing was lost in either direction, from the moment when its first SA stood at both hosts. */
    void nothingLost() {
        assertThat(lost()).as("lost. %s", evidence).isEmpty();
    }

    /**
     * Nothing that {@code host} has sent was lost but what the other host has deleted the SA of while it was on its way:
     * it counts XfrmInNoStates for that. Or what had chosen an SA that was deleted before it was encrypted, XfrmOutStateInvalid
     * of {@code host}: Linux has no way to stop using an SA but to remove it.
     */
    void onlyForgottenLostFrom(String host) {
        onlyLostInDeletion(host, counted("XfrmInNoStates", host.equals("left") ? "right" : "left")
                + counted("XfrmOutStateInvalid", host));
    }

    /** The same where the other host goes on listening on what is deleted: only what {@code host} itself counts was lost. */
    LossTable onlyUnsentLostFrom(String host) {
        onlyLostInDeletion(host, counted("XfrmOutStateInvalid", host));
        return this;
    }

    private void onlyLostInDeletion(String host, long allowed) {
        List<PhaseLoss> ours = lost().stream().filter(loss -> loss.from().equals(host)).toList();
        assertThat(ours).as("lost of what %s has sent. %s", host, evidence).extracting(PhaseLoss::phase)
                .containsOnly(ours.isEmpty() ? new String[0] : new String[] {"deletion"});
        assertThat(ours.stream().mapToLong(PhaseLoss::lost).sum()).as("lost of what %s has sent. %s", host, evidence)
                .isLessThanOrEqualTo(allowed);
    }

    /** Nothing that {@code host} has sent was lost. */
    void nothingLostFrom(String host) {
        assertThat(lost().stream().filter(loss -> loss.from().equals(host))).as("lost of what %s has sent. %s", host, evidence)
                .isEmpty();
    }

    /**
     * What {@code host} has sent in the end came by SAs of its CPUs, all of them, and no more than a stray packet by another:
     * both kinds of sockets have gone over from the SA they found first.
     */
    LossTable onItsCpusSas(String host) {
        Map<String, Integer> cpus = Stream.of("sockets.", "after.").flatMap(name -> evidence.states(name + host).stream())
                .filter(sa -> sa.cpu().isPresent() && sa.source().equals(host.equals("left") ? Family.IPV4.left : Family.IPV4.right))
                .collect(Collectors.toMap(KernelSa::spi, sa -> sa.cpu().getAsInt(), (a, _) -> a));
        List<SeenPackets> busy = evidence.seen("sockets." + (host.equals("left") ? "right" : "left")).stream()
                .filter(one -> one.packets() >= 10).toList();
        assertThat(busy).as("SAs that %s sends on, of %s. %s", host, cpus, evidence).isNotEmpty()
                .allMatch(one -> cpus.containsKey(one.spi()), "an SA of a CPU");
        assertThat(busy.stream().map(one -> cpus.get(one.spi())).collect(Collectors.toSet())).as("%s", evidence)
                .isEqualTo(Set.copyOf(cpus.values()));
        return this;
    }

    private List<PhaseLoss> lost() {
        return losses.stream().filter(loss -> loss.lost() > 0).toList();
    }

    private long counted(String error, String host) {
        return read(error, "errors-after." + host) - read(error, "errors-before." + host);
    }

    private long read(String error, String file) {
        return evidence.text(file).lines().map(line -> line.strip().split("\\s+"))
                .filter(pair -> pair[0].equals(error)).mapToLong(pair -> Long.parseLong(pair[1])).sum();
    }

    /** Nothing was lost in these phases, in either direction. */
    void nothingLostIn(String... phases) {
        assertThat(losses).as("%s", evidence).extracting(PhaseLoss::phase).contains(phases);
        assertThat(losses.stream().filter(loss -> List.of(phases).contains(loss.phase()) && loss.lost() > 0))
                .as("lost. %s", evidence).isEmpty();
    }

    private String row(String from, String socket) {
        return "| %s | %s | %s | %s |".formatted(name, from, socket, phases()
                .map(phase -> losses.stream().filter(loss -> loss.from().equals(from) && loss.socket().equals(socket)
                        && loss.phase().equals(phase)).findFirst().map(LossTable::cell).orElse(""))
                .collect(Collectors.joining(" | ")));
    }

    private static String cell(PhaseLoss loss) {
        return String.format(Locale.ROOT, "%d of %d", loss.lost(), loss.sent());
    }

    private Stream<String> phases() {
        return losses.stream().map(PhaseLoss::phase).distinct();
    }
}
