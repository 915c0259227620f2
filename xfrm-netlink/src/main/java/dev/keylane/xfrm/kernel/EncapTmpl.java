package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.BE16;
import static dev.keylane.netlink.Native.U16;

import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkWriter;
import dev.keylane.xfrm.SaSpec.Encap;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/** struct xfrm_encap_tmpl, XFRMA_ENCAP: always ESP in UDP. */
final class EncapTmpl {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(U16.withName("encap_type"),
            BE16.withName("encap_sport"), BE16.withName("encap_dport"), Native.padding(2),
            XfrmAddress.LAYOUT.withName("encap_oa"));

    private static final long ENCAP_TYPE = Native.offset(LAYOUT, "encap_type");
    private static final long ENCAP_SPORT = Native.offset(LAYOUT, "encap_sport");
    private static final long ENCAP_DPORT = Native.offset(LAYOUT, "encap_dport");
    private static final int SIZE = (int) LAYOUT.byteSize();
    private static final short UDP_ENCAP_ESPINUDP = 2;

    private EncapTmpl() {
    }

    static void write(NetlinkWriter out, Encap encap) {
        MemorySegment value = out.attribute(XfrmAttribute.ENCAP, SIZE);
        value.set(U16, ENCAP_TYPE, UDP_ENCAP_ESPINUDP);
        value.set(BE16, ENCAP_SPORT, (short) encap.sourcePort());
        value.set(BE16, ENCAP_DPORT, (short) encap.destinationPort());
    }

    static @Nullable Encap read(Attributes attributes) {
        MemorySegment value = attributes.get(XfrmAttribute.ENCAP, SIZE);
        return value == null
                ? null
                : new Encap(Short.toUnsignedInt(value.get(BE16, ENCAP_SPORT)),
                        Short.toUnsignedInt(value.get(BE16, ENCAP_DPORT)));
    }
}
