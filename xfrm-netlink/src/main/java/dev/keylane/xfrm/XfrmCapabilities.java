package dev.keylane.xfrm;

/**
 * @param direction whether states know their direction (Linux 6.10)
 * @param perCpu    whether states can be bound to a CPU and policies raise acquires per CPU (Linux 6.13)
 * @param migration whether a state can be moved to other addresses (Linux 7.2)
 * @param esp       whether ESP states can be installed at all
 * @param cpus      number of possible CPUs, the bound of CPU numbers
 * @param detail    the kernel's words about what it cannot do, empty when it can do everything
 */
public record XfrmCapabilities(boolean direction, boolean perCpu, boolean migration, boolean esp, int cpus, String detail) {
    /** For the log: {@code 4 CPUs, ESP, no SA directions, no per-CPU SAs}. */
    @Override
    public String toString() {
        return cpus + " CPUs, " + (esp ? "" : "no ") + "ESP, " + (direction ? "" : "no ") + "SA directions, "
                + (perCpu ? "" : "no ") + "per-CPU SAs, " + (migration ? "" : "no ") + "migration" + (detail.isEmpty() ? "" : " (" + detail + ")");
    }
}
