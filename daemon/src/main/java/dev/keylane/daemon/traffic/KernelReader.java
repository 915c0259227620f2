package dev.keylane.daemon.traffic;

import dev.keylane.xfrm.SaInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Reads what the kernel has counted, apart from whoever installs SAs; for one thread at a time. */
public interface KernelReader extends AutoCloseable {
    /**
     * @param sas  every SA, others' among them
     * @param lost packets that came to grief, by the kernel's own names of the reasons
     */
    record Reading(List<SaInfo> sas, Map<String, Long> lost) {
        public static final Reading NOTHING = new Reading(List.of(), Map.of());

        public Reading {
            sas = List.copyOf(sas);
            lost = Map.copyOf(lost);
        }
    }

    /** @throws IOException when the kernel does not tell */
    Reading read() throws IOException;

    @Override
    default void close() {
    }
}
