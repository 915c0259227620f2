package dev.keylane.daemon.kernel;

import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.xfrm.XfrmKernel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The software kernel's packets leave from the socket of IKE, whatever port an SA asks for. */
final class OnePort {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private OnePort() {
    }

    static void warn(XfrmKernel kernel, PolicyBook book) {
        if (!kernel.name().equals("software")) {
            return;
        }
        for (Connection connection : book.connections()) {
            connection.children().stream().filter(child -> child.perCpu() == ChildConfig.PerCpu.ENCAP)
                    .forEach(child -> LOG.warn("{}.{}: per_cpu_sas = encap: the software kernel sends from one port for "
                            + "all CPUs", connection.name(), child.name()));
        }
    }
}
