package dev.keylane.daemon.boot;

import dev.keylane.daemon.traffic.KernelReader;
import dev.keylane.linux.LinuxException;
import dev.keylane.xfrm.kernel.SaTable;
import dev.keylane.xfrm.kernel.XfrmStat;
import java.io.IOException;
import java.util.Map;

/** Linux's SAs and its count of lost packets. */
final class LinuxReader implements KernelReader {
    private final SaTable table;

    private LinuxReader(SaTable table) {
        this.table = table;
    }

    static LinuxReader open() throws IOException {
        try {
            return new LinuxReader(SaTable.open());
        } catch (LinuxException refused) {
            throw new IOException("the kernel's SAs cannot be read: " + refused.getMessage(), refused);
        }
    }

    @Override
    public Reading read() throws IOException {
        try {
            return new Reading(table.read(), lost());
        } catch (LinuxException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    /** A kernel need not count them. */
    private static Map<String, Long> lost() {
        try {
            return XfrmStat.read().counters();
        } catch (IOException uncounted) {
            return Map.of();
        }
    }

    @Override
    public void close() {
        table.close();
    }
}
