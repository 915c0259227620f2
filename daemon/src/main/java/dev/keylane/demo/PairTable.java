package dev.keylane.demo;

import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.Resource;
import dev.keylane.xfrm.SaInfo;
import java.io.PrintWriter;
import java.util.List;

/** The table of one side's pairs of SAs. */
final class PairTable {
    private PairTable() {
    }

    static void print(PrintWriter out, String side, List<ChildSnapshot> pairs) {
        out.println();
        out.println(side);
        out.printf("%-9s %-9s %-9s %-4s %11s %12s%n", "cpu", "spi-in", "spi-out", "esn", "packets-in", "packets-out");
        for (ChildSnapshot pair : pairs) {
            ChildTerms terms = pair.child().sa().terms();
            Resource resource = pair.child().sa().resource();
            out.printf("%-9s %08x  %08x  %-4s %11d %12d%n", resource.isBound() ? resource.cpu() : "fallback",
                    terms.spiIn(), terms.spiOut(), terms.suite().esn() ? "yes" : "no", packets(pair.inbound()),
                    packets(pair.outbound()));
        }
    }

    static long packets(SaInfo state) {
        return state == null ? 0 : state.counters().packets();
    }
}
