package dev.keylane.xfrm.software;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.software.packet.Flow;

/**
 * The state a packet asks for: a policy's template with the end points filled in.
 *
 * @param source unspecified when any will do
 */
record Wanted(Chain chain, IpAddress source) {
    /** What states must have in common to stand in for each other. */
    record Chain(IpAddress destination, int reqid, SaSpec.Mode mode) {
        static Chain of(SaSpec sa) {
            return new Chain(sa.id().destination(), sa.reqid(), sa.mode());
        }
    }

    /** In transport mode the end points are the packet's own, in tunnel mode the template's. */
    static Wanted of(Template template, Flow flow) {
        return switch (template.mode()) {
            case TRANSPORT -> new Wanted(
                    new Chain(flow.destination(), template.reqid(), SaSpec.Mode.TRANSPORT), flow.source());
            case TUNNEL -> new Wanted(
                    new Chain(template.destination(), template.reqid(), SaSpec.Mode.TUNNEL), template.source());
        };
    }

    boolean fits(SaSpec sa) {
        return Chain.of(sa).equals(chain) && fitsSource(sa);
    }

    boolean fitsSource(SaSpec sa) {
        return source.isUnspecified() || sa.source().isUnspecified() || source.equals(sa.source());
    }
}
