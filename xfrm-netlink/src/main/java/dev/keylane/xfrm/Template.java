package dev.keylane.xfrm;

import dev.keylane.ike.net.IpAddress;

/**
 * struct xfrm_user_tmpl: the state a policy asks for; its SPI is always 0, so that the state may be chosen by CPU.
 *
 * @param optional inbound: a packet without it passes too
 */
public record Template(IpAddress source, IpAddress destination, SaSpec.Mode mode, int reqid, boolean optional) {
    /** The same with one host in the place of another. */
    public Template moved(IpAddress from, IpAddress to) {
        return new Template(source.equals(from) ? to : source, destination.equals(from) ? to : destination, mode,
                reqid, optional);
    }

    /** The same for states of any number; of inbound policies only, since outbound it would find states without one. */
    public Template withAnyReqid() {
        return new Template(source, destination, mode, 0, optional);
    }
}
