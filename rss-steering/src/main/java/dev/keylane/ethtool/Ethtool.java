package dev.keylane.ethtool;

import dev.keylane.linux.EthtoolIoctl;

/** Whoever takes ethtool's commands. */
@FunctionalInterface
public interface Ethtool {
    /** The kernel, in the calling thread's network namespace. */
    Ethtool LINUX = EthtoolIoctl::call;

    /**
     * @param command a structure that begins with its u32 command, and that the answer is written into
     * @return 0 or more, or a negated errno
     */
    int call(String device, byte[] command);
}
