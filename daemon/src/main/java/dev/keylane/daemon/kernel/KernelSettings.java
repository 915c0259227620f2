package dev.keylane.daemon.kernel;

import dev.keylane.ike.policy.EndpointSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel side needs to know of its daemon.
 *
 * @param endpoint       the ports that acquires are initiated with
 * @param cpus           CPUs that can have an SA of their own; none switches per-CPU SAs off
 * @param acquireExpires the kernel's net.core.xfrm_acq_expires
 * @param journal        file that remembers what is installed, null for none
 * @param boot           names this boot of the machine; entries of another one are void. Empty when unknown
 */
public record KernelSettings(EndpointSettings endpoint, PlanCpus cpus, Duration acquireExpires,
                             @Nullable Path journal, String boot) {
}
