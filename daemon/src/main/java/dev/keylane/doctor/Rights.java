package dev.keylane.doctor;

import java.nio.file.Path;

/**
 * Which capabilities we have that matter.
 *
 * @param netAdmin CAP_NET_ADMIN: XFRM, and the card's switch
 * @param bpf      CAP_BPF, or CAP_SYS_ADMIN of old: programs
 */
public record Rights(boolean netAdmin, boolean bpf) {
    public static Rights ofThisProcess() {
        return read(new SystemText(Path.of("/")));
    }

    /** Of this process, from {@code /proc/self/status}. */
    static Rights read(SystemText system) {
        long held = system.lines("proc/self/status").stream().filter(line -> line.startsWith("CapEff:"))
                .map(line -> line.substring("CapEff:".length()).strip()).filter(word -> word.matches("[0-9a-f]{1,16}"))
                .mapToLong(word -> Long.parseUnsignedLong(word, 16)).findFirst().orElse(0);
        return new Rights((held & 1L << CAP_NET_ADMIN) != 0, (held & (1L << CAP_BPF | 1L << CAP_SYS_ADMIN)) != 0);
    }

    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_BPF = 39;
}
