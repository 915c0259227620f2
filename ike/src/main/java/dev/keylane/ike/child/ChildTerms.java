package dev.keylane.ike.child;

import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.proposal.EspSuite;

/**
 * What the two sides of a Child SA agreed on.
 *
 * @param spiIn    our inbound SPI, chosen by us
 * @param spiOut   the peer's inbound SPI
 * @param mode     TUNNEL or TRANSPORT
 * @param udpEncap whether ESP travels in UDP (RFC 3948)
 * @param sources  from which ports, as far as one side cares
 */
public record ChildTerms(int spiIn, int spiOut, EspSuite suite, Mode mode, Selectors selectors, boolean udpEncap,
                         UdpSources sources) {
    /** Any ports will do. */
    public ChildTerms(int spiIn, int spiOut, EspSuite suite, Mode mode, Selectors selectors, boolean udpEncap) {
        this(spiIn, spiOut, suite, mode, selectors, udpEncap, UdpSources.NONE);
    }

    public ChildTerms from(UdpSources ports) {
        return new ChildTerms(spiIn, spiOut, suite, mode, selectors, udpEncap, ports);
    }
}
