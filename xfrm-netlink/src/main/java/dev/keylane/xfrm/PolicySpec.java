package dev.keylane.xfrm;

import dev.keylane.ike.net.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy to install.
 *
 * @param priority   lower wins
 * @param templates  none with BLOCK, or with ALLOW for traffic in the clear
 * @param cpuAcquire XFRM_POLICY_CPU_ACQUIRE: raise an acquire for each CPU without a state of its own
 * @param offload    packet offload, null without
 */
public record PolicySpec(PolicyId id, Action action, int priority, List<Template> templates, boolean cpuAcquire,
                         SaSpec.@Nullable Offload offload) {
    public PolicySpec {
        templates = List.copyOf(templates);
    }

    public enum Action { ALLOW, BLOCK }

    /** The number of the states it asks for, 0 for any or none. */
    public int reqid() {
        return templates.isEmpty() ? 0 : templates.getFirst().reqid();
    }

    /** The same with templates that have one host in the place of another. */
    public PolicySpec moved(IpAddress from, IpAddress to) {
        return new PolicySpec(id, action, priority, templates.stream().map(t -> t.moved(from, to)).toList(),
                cpuAcquire, offload);
    }

    /** The same for states of any number. */
    public PolicySpec withAnyReqid() {
        return new PolicySpec(id, action, priority, templates.stream().map(Template::withAnyReqid).toList(), cpuAcquire,
                offload);
    }

    public PolicySpec withPriority(int other) {
        return new PolicySpec(id, action, other, templates, cpuAcquire, offload);
    }

    public PolicySpec withCpuAcquire(boolean on) {
        return new PolicySpec(id, action, priority, templates, on, offload);
    }
}
