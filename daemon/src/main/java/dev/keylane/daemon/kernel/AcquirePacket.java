package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmEvent;
import java.util.List;

/** The packet an acquire is about. */
final class AcquirePacket {
    private AcquirePacket() {
    }

    /** RFC 7296 §2.9: the addresses, protocol and ports of the packet that triggered the request. */
    static Selectors selectors(XfrmEvent.Acquire acquire) {
        Selector packet = acquire.packet();
        return new Selectors(List.of(side(packet, packet.source(), packet.sourcePort())),
                List.of(side(packet, packet.destination(), packet.destinationPort())));
    }

    /** charon's line for the log. */
    static String job(XfrmEvent.Acquire acquire) {
        Selectors packet = selectors(acquire);
        return "creating acquire job for policy " + text(packet.local().getFirst()) + " === "
                + text(packet.remote().getFirst()) + " with reqid {" + acquire.reqid() + "}"
                + (acquire.cpu() == SaSpec.NO_CPU ? "" : ", cpu {" + acquire.cpu() + "}")
                + ", seq {" + acquire.seq() + "}";
    }

    private static TrafficSelector side(Selector packet, IpAddress address, Selector.Port port) {
        boolean icmp = isIcmp(packet.protocol());
        // RFC 7296 §3.13.1: type in the upper octet, code in the lower one, in either selector.
        int exact = icmp ? packet.sourcePort().value() << 8 | packet.destinationPort().value() & 0xff : port.value();
        boolean known = packet.protocol() != 0 && (icmp ? packet.sourcePort().mask() != 0 : port.mask() != 0);
        return new TrafficSelector(packet.protocol(), known ? exact : 0, known ? exact : 0xffff, address, address);
    }

    /** Only the type is printed where the code is 0, as a range over all codes is. */
    private static String text(TrafficSelector ts) {
        boolean codeZero = isIcmp(ts.protocol()) && ts.startPort() == ts.endPort() && (ts.startPort() & 0xff) == 0;
        return (codeZero
                ? new TrafficSelector(ts.protocol(), ts.startPort(), ts.startPort() | 0xff, ts.start(), ts.end())
                : ts).toString();
    }

    private static boolean isIcmp(int protocol) {
        return protocol == ICMP || protocol == ICMPV6;
    }

    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
}
