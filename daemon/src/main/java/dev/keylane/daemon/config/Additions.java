package dev.keylane.daemon.config;

import dev.keylane.daemon.config.MigrationReport.Addition;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds where keys that only keylane has would be of use. Judges by what is written, be it good or not. */
final class Additions {
    private final List<Addition> additions = new ArrayList<>();

    private Additions() {
    }

    static List<Addition> to(Section root) {
        Additions found = new Additions();
        boolean steered = DaemonSettingsReader.SECTIONS.stream().flatMap(name -> root.section(name).stream())
                .anyMatch(section -> section.settings().containsKey(DaemonKeys.STEERING.name()) || section.sections().containsKey("devices"));
        root.section("connections").ifPresent(all -> all.sections().values().forEach(each -> found.connection(each, steered)));
        return found.additions;
    }

    private void connection(Section connection, boolean steered) {
        List<Section> children = connection.section("children")
                .map(all -> List.copyOf(all.sections().values())).orElse(List.of());
        boolean loopback = isOnLoopback(connection);
        children.forEach(child -> child("connections." + connection.name() + ".children." + child.name(), child, loopback));
        boolean perCpu = children.stream().anyMatch(Additions::isPerCpu);
        if (perCpu && !steered && !loopback && !has(connection, ConnectionKeys.STEERING)) {
            add(connection, "connections." + connection.name(), "steering = auto",
                    "received packets get to the CPU of their SA, by the device or by a program at it");
        }
    }

    private void child(String place, Section child, boolean loopback) {
        Optional<HwOffload> offload = read(child, ChildKeys.HW_OFFLOAD).filter(wanted -> wanted != HwOffload.NO);
        if (!isPerCpu(child)) {
            offload.filter(wanted -> wanted != HwOffload.CRYPTO).ifPresent(_ -> add(child, place, "per_cpu_sas = yes",
                    "the flows of a child in hardware are divided into lanes, an SA each"));
            return;
        }
        if (!has(child, ChildKeys.PER_CPU_MODE)) {
            add(child, place, "per_cpu_mode = eager", "SAs for all CPUs at once, instead of one after the other as packets come");
        }
        if (!loopback && !has(child, ChildKeys.PER_CPU_CPUS)) {
            add(child, place, "per_cpu_cpus = queues", "SAs for those CPUs alone that serve the device's queues");
        }
        if (offload.isPresent() && !has(child, ChildKeys.LANES)) {
            add(child, place, "lanes = auto", "is the default: a device that does packet offload gets an SA for each share of the "
                    + "flows; a number fixes how many");
        }
    }

    /** Which has no queues, and where packets arrive on the CPU that has sent them. */
    private static boolean isOnLoopback(Section connection) {
        List<String> addresses = connection.setting(ConnectionKeys.LOCAL_ADDRS.name()).map(KeyReader::split).orElse(List.of());
        return !addresses.isEmpty() && addresses.stream().allMatch(text -> text.equals("::1") || text.startsWith("127."));
    }

    private static boolean isPerCpu(Section child) {
        return read(child, ChildKeys.PER_CPU_SAS).filter(wanted -> wanted != PerCpu.NO).isPresent();
    }

    private static boolean has(Section section, KnownKey<?> key) {
        return section.settings().containsKey(key.name());
    }

    private static <T> Optional<T> read(Section section, KnownKey<T> key) {
        return section.setting(key.name()).filter(setting -> setting.items().size() == 1)
                .flatMap(setting -> key.format().read(setting.items().getFirst()).asOptional());
    }

    private void add(Section to, String place, String line, String why) {
        additions.add(new Addition(to.origin(), place, line, why));
    }
}
