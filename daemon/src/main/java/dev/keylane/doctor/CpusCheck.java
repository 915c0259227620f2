package dev.keylane.doctor;

import dev.keylane.linux.Cpus;
import java.util.List;

/** CPUs that are there and asleep: their SAs carry nothing. */
final class CpusCheck implements SystemCheck {
    private static final String NAME = "cpus";
    private static final String HOME = "sys/devices/system/cpu/";

    @Override
    public List<Finding> of(Sight sight) {
        List<Integer> online = cpus(sight, "online");
        List<Integer> possible = cpus(sight, "possible");
        List<Integer> asleep = cpus(sight, "present").stream().filter(cpu -> !online.contains(cpu)).toList();
        if (online.isEmpty()) {
            return List.of(new Finding.Warn(NAME, "/" + HOME + "online tells nothing", "mount -t sysfs sysfs /sys"));
        }
        String seen = online.size() + " online of " + possible.size() + " possible";
        if (!asleep.isEmpty()) {
            return List.of(new Finding.Warn(NAME, seen + ", CPU " + asleep.getFirst()
                    + (asleep.size() > 1 ? " and " + (asleep.size() - 1) + " more are" : " is") + " offline: SAs bound there send"
                    + " nothing", "echo 1 >/" + HOME + "cpu" + asleep.getFirst() + "/online"));
        }
        boolean hole = online.getLast() >= online.size();
        return List.of(new Finding.Ok(NAME, seen + (hole ? ", with holes: the last is CPU " + online.getLast() : "")));
    }

    static List<Integer> cpus(Sight sight, String which) {
        return sight.system().text(HOME + which).flatMap(Cpus::parse).orElse(List.of());
    }
}
