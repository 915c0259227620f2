package dev.keylane.daemon.control;

import dev.keylane.daemon.traffic.KernelOverview;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.sa.IkeSaView;
import java.time.Instant;
import java.util.List;

/**
 * The daemon at one moment, without what the kernel counts.
 *
 * @param connections configured, in their order
 * @param sas         oldest first
 * @param recent      what happened last, the latest first
 * @param missing     what keeps the daemon from working as configured, a sentence each; none when it is ready
 */
public record Status(Instant taken, DaemonStats stats, List<Connection> connections, List<IkeSaView> sas,
                     KernelOverview kernel, Activity activity, List<Happening> recent, LastReload reload, List<String> missing) {
    public Status {
        connections = List.copyOf(connections);
        sas = List.copyOf(sas);
        recent = List.copyOf(recent);
        missing = List.copyOf(missing);
    }
}
