package dev.keylane.doctor;

import java.util.List;

/** Whether there is a place for what steering keeps over a restart. */
final class BpffsCheck implements SystemCheck {
    private static final String NAME = "bpffs";

    @Override
    public List<Finding> of(Sight sight) {
        boolean mounted = sight.system().lines("proc/self/mounts").stream().map(line -> line.split(" "))
                .anyMatch(words -> words.length > 2 && words[1].equals(PLACE) && words[2].equals("bpf"));
        return List.of(mounted ? new Finding.Ok(NAME, "mounted on " + PLACE)
                : new Finding.Warn(NAME, PLACE + " is not mounted: what steers ends with the daemon, unless it can mount it",
                        "mount -t bpf bpf " + PLACE));
    }

    private static final String PLACE = "/sys/fs/bpf";
}
