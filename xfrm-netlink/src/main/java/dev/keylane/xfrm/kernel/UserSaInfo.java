package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U16;
import static dev.keylane.netlink.Native.U32;
import static dev.keylane.netlink.Native.U8;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.netlink.Native;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/**
 * struct xfrm_usersa_info.
 *
 * @param flags XFRM_STATE_*
 */
record UserSaInfo(SaId id, IpAddress source, SaSpec.Mode mode, int reqid, int flags, SaInfo.Counters counters) {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(XfrmSelector.LAYOUT.withName("sel"),
            XfrmId.LAYOUT.withName("id"), XfrmAddress.LAYOUT.withName("saddr"), LifetimeCfg.LAYOUT.withName("lft"),
            LifetimeCur.LAYOUT.withName("curlft"), XfrmStats.LAYOUT.withName("stats"), U32.withName("seq"),
            U32.withName("reqid"), U16.withName("family"), U8.withName("mode"), U8.withName("replay_window"),
            U8.withName("flags"), Native.padding(7));

    static final int SIZE = (int) LAYOUT.byteSize();

    private static final long SEL = Native.offset(LAYOUT, "sel");
    private static final long ID = Native.offset(LAYOUT, "id");
    private static final long SADDR = Native.offset(LAYOUT, "saddr");
    private static final long LFT = Native.offset(LAYOUT, "lft");
    private static final long CURLFT = Native.offset(LAYOUT, "curlft");
    private static final long STATS = Native.offset(LAYOUT, "stats");
    private static final long SEQ = Native.offset(LAYOUT, "seq");
    private static final long REQID = Native.offset(LAYOUT, "reqid");
    private static final long FAMILY = Native.offset(LAYOUT, "family");
    private static final long MODE = Native.offset(LAYOUT, "mode");
    private static final long REPLAY_WINDOW = Native.offset(LAYOUT, "replay_window");
    private static final long FLAGS = Native.offset(LAYOUT, "flags");

    static final int NOECN = 1;
    static final int DECAP_DSCP = 2;
    static final int NOPMTUDISC = 4;
    static final int ICMP = 16;
    static final int AF_UNSPEC = 32;
    static final int ESN = 128;

    /**
     * @param replayWindow of at most 32 packets, 0 when another attribute names it
     */
    static void emit(MemorySegment target, SaSpec sa, int flags, int replayWindow) {
        if ((flags & AF_UNSPEC) == 0) {
            XfrmSelector.emit(target, SEL, sa.selector());
        }
        XfrmId.emit(target, ID, sa.id().destination(), sa.id().spi(), sa.id().protocol());
        XfrmAddress.emit(target, SADDR, sa.source());
        LifetimeCfg.emit(target, LFT, sa.lifetime());
        target.set(U32, SEQ, sa.seq());
        target.set(U32, REQID, sa.reqid());
        target.set(U16, FAMILY, (short) XfrmAddress.family(sa.source()));
        target.set(U8, MODE, (byte) XfrmMode.number(sa.mode()));
        target.set(U8, REPLAY_WINDOW, (byte) replayWindow);
        target.set(U8, FLAGS, (byte) flags);
    }

    /** Null for a family that is not IP. */
    static @Nullable UserSaInfo parse(MemorySegment source, Mark mark) {
        int family = Short.toUnsignedInt(source.get(U16, FAMILY));
        SaId id = XfrmId.parse(source, ID, family, mark);
        IpAddress from = XfrmAddress.parse(source, SADDR, family);
        if (id == null || from == null) {
            return null;
        }
        SaInfo.Counters counters = new SaInfo.Counters(LifetimeCur.packets(source, CURLFT),
                LifetimeCur.bytes(source, CURLFT), XfrmStats.replayed(source, STATS),
                XfrmStats.unauthentic(source, STATS));
        return new UserSaInfo(id, from, XfrmMode.of(source.get(U8, MODE)), source.get(U32, REQID),
                Byte.toUnsignedInt(source.get(U8, FLAGS)), counters);
    }

    boolean isEsn() {
        return (flags & ESN) != 0;
    }
}
