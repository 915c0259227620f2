package dev.keylane.xfrm.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The kernel's own count of packets that came to grief, {@code /proc/net/xfrm_stat}, of the calling thread's network
 * namespace.
 *
 * @param counters by the kernel's names, such as {@code XfrmInNoStates}, in its order
 */
public record XfrmStat(Map<String, Long> counters) {
    private static final Path FILE = Path.of("/proc/thread-self/net/xfrm_stat");
    private static final int MAX_LINES = 256;

    public XfrmStat {
        counters = Collections.unmodifiableMap(new LinkedHashMap<>(counters));
    }

    /** Without CONFIG_XFRM_STATISTICS there is no such file. */
    public static XfrmStat read() throws IOException {
        return parse(Files.readString(FILE));
    }

    /** Lines of name and number; others are passed over. */
    static XfrmStat parse(String text) {
        Map<String, Long> counters = new LinkedHashMap<>();
        text.lines().limit(MAX_LINES).map(line -> line.strip().split("\\s+")).filter(XfrmStat::isCounter)
                .forEach(words -> counters.put(words[0], Long.parseLong(words[1])));
        return new XfrmStat(counters);
    }

    private static boolean isCounter(String[] words) {
        return words.length == 2 && words[0].startsWith("Xfrm") && words[1].matches("\\d{1,18}");
    }

    /** 0 for one this kernel does not keep. */
    public long get(String name) {
        return counters.getOrDefault(name, 0L);
    }
}
