package dev.keylane.ike.endpoint;

import dev.keylane.ike.child.SpiPool;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Host.Installed;
import dev.keylane.ike.sim.Pair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a kernel would do with the SAs of a pair: which one a packet takes, and whether the other side can read it. */
final class Sads {
    static final int CPUS = 4;

    private Sads() {
    }

    /** As Linux chooses: the youngest one of the CPU, otherwise the youngest for all. */
    static Optional<Installed> outbound(Host host, int cpu) {
        Comparator<Installed> younger = Comparator.comparingLong(sa -> sa.child().id());
        Optional<Installed> own = host.kernel.values().stream()
                .filter(sa -> sa.sends() && sa.child().resource().cpu() == cpu).max(younger);
        return own.or(() -> host.kernel.values().stream()
                .filter(sa -> sa.sends() && !sa.child().resource().isBound()).max(younger));
    }

    static String name(Installed sa) {
        return "child %s of IKE SA %s, SPIs %s in and %s out, %s".formatted(sa.child().id(), sa.child().ikeSa(),
                SpiPool.octets(sa.child().terms().spiIn()), SpiPool.octets(sa.child().terms().spiOut()),
                sa.child().resource());
    }

    /** What comes to an offered SPI is held until its SA is there. */
    static boolean canRead(Host receiver, Installed sender) {
        return receiver.offered.contains(sender.child().terms().spiOut()) || receiver.kernel.values().stream().anyMatch(sa -> isPair(sa, sender));
    }

    private static boolean isPair(Installed one, Installed other) {
        return one.child().terms().spiIn() == other.child().terms().spiOut()
                && one.encryptionIn().equals(other.encryptionOut());
    }

    /** What the kernels of the two do not agree on; nothing when each SA has its counterpart and its core knows it. */
    static List<String> differences(Pair pair) {
        List<String> found = new ArrayList<>();
        compare(pair.left, pair.right, "left", found);
        compare(pair.right, pair.left, "right", found);
        return found;
    }

    private static void compare(Host host, Host other, String name, List<String> found) {
        for (Installed sa : host.kernel.values()) {
            List<Installed> counterparts = other.kernel.values().stream()
                    .filter(peer -> isPair(peer, sa) && isPair(sa, peer)).toList();
            if (counterparts.size() != 1) {
                found.add(name + ": no counterpart of " + name(sa));
            } else if (!counterparts.getFirst().child().terms().suite().equals(sa.child().terms().suite())
                    || counterparts.getFirst().child().resource().perCpu() != sa.child().resource().perCpu()) {
                found.add(name + ": agreed on other things: " + name(sa) + " and " + name(counterparts.getFirst()));
            } else if (!sa.sends()) {
                found.add(name + ": without its outbound half: " + name(sa));
            }
        }
        List<Long> known = host.endpoint.views().stream().flatMap(view -> view.children().stream())
                .map(child -> child.sa().id()).sorted().toList();
        List<Long> installed = host.kernel.keySet().stream().sorted().toList();
        if (!known.equals(installed)) {
            found.add(name + ": the core knows " + known + ", the kernel " + installed);
        }
    }

    /** CPUs whose packets the other side could not read, and those that have no SA for theirs. */
    static List<String> uncovered(Host host, Host other, String name) {
        List<String> found = new ArrayList<>();
        for (int cpu = 0; cpu < CPUS; cpu++) {
            Optional<Installed> sa = outbound(host, cpu);
            if (sa.filter(chosen -> canRead(other, chosen)).isEmpty()) {
                found.add(name + ", CPU " + cpu + ": " + sa.map(chosen -> "nobody reads " + name(chosen))
                        .orElse("no SA"));
            }
        }
        return found;
    }
}
