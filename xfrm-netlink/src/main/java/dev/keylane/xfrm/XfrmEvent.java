package dev.keylane.xfrm;

import dev.keylane.ike.net.IpAddress;

/** What the kernel tells unasked. */
public sealed interface XfrmEvent {
    /**
     * A packet met a policy whose state is missing.
     *
     * @param policy      the policy that raised it
     * @param packet      selector of the packet
     * @param reqid       of the template
     * @param cpu         the CPU that sends, {@link SaSpec#NO_CPU} when the policy wants no state per CPU
     * @param seq         to be put into the state that answers it
     */
    record Acquire(PolicyId policy, int policyIndex, IpAddress source, IpAddress destination, Selector packet,
                   int reqid, int cpu, int seq) implements XfrmEvent {
    }

    /**
     * A lifetime ran out. After a hard one the state is gone; SPI 0 is an acquire nobody answered.
     */
    record Expire(SaId id, int reqid, int cpu, boolean hard) implements XfrmEvent {
    }

    /** The peer's UDP encapsulation address or port changed. */
    record Mapping(SaId id, IpAddress oldAddress, int oldPort, IpAddress newAddress, int newPort)
            implements XfrmEvent {
    }

    /** Events were lost: what is installed must be read again. */
    record Overrun() implements XfrmEvent {
    }
}
