package dev.keylane.ike.policy;

import dev.keylane.ike.proposal.Proposal;
import java.util.List;

/**
 * One configured Child SA ("connections.NAME.children.NAME").
 *
 * @param proposals ESP proposals in order of preference, never empty
 * @param localTs   wanted selectors of our side
 * @param remoteTs  wanted selectors of the peer's side
 */
public record ChildConfig(String name, Mode mode, List<Proposal> proposals, List<TsPattern> localTs,
                          List<TsPattern> remoteTs, ChildActions actions, ChildLifetime lifetime, PerCpu perCpu,
                          KernelOptions kernel, PerCpuOptions perCpuOptions) {
    public ChildConfig {
        proposals = List.copyOf(proposals);
        localTs = List.copyOf(localTs);
        remoteTs = List.copyOf(remoteTs);
    }

    /** With per-CPU SAs, if there are any, as strongSwan has them. */
    public ChildConfig(String name, Mode mode, List<Proposal> proposals, List<TsPattern> localTs,
                       List<TsPattern> remoteTs, ChildActions actions, ChildLifetime lifetime, PerCpu perCpu,
                       KernelOptions kernel) {
        this(name, mode, proposals, localTs, remoteTs, actions, lifetime, perCpu, kernel, PerCpuOptions.DEFAULT);
    }

    /** IPsec mode, RFC 4301 §3.2; PASS and DROP are policies without an SA. */
    public enum Mode { TUNNEL, TRANSPORT, PASS, DROP }

    /** RFC 9611: one SA, a pair for every CPU, or those with a UDP source port each. */
    public enum PerCpu { NO, YES, ENCAP }
}
