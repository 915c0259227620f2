package dev.keylane.xfrm.software;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.SaSpec;
import org.jspecify.annotations.Nullable;

/**
 * What the header around an ESP packet says.
 *
 * @param encap the UDP ports the state asks for; null when it asks for none, and the packet still travels in UDP,
 *              between the NAT-T ports
 */
public record OuterPath(IpAddress source, IpAddress destination, SaSpec.@Nullable Encap encap) {
}
