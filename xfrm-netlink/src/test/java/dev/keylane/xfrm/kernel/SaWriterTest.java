package dev.keylane.xfrm.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkInside;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkWriter;
import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.contract.SaSample;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class SaWriterTest {
    private static final IpAddress HERE = IpAddress.of("10.0.0.1");
    private static final IpAddress THERE = IpAddress.of("10.0.0.2");
    private static final XfrmCapabilities NEW = new XfrmCapabilities(true, true, true, true, 4, "");
    private static final XfrmCapabilities OLD = new XfrmCapabilities(false, false, false, true, 4, "");
    private static final int REPLAY_SIZE = 24;

    private static NetlinkMessage written(XfrmCapabilities can, SaSpec sa) {
        try (Arena arena = Arena.ofConfined()) {
            NetlinkWriter writer = new NetlinkWriter(arena, 8192);
            byte[] octets = NetlinkInside.octets(writer, XfrmMessage.NEWSA,
                    out -> new SaWriter(can).write(out, sa, SaSample.keys(sa), 0));
            return NetlinkMessage.split(MemorySegment.ofArray(octets)).getFirst();
        }
    }

    private static Attributes attributes(XfrmCapabilities can, SaSpec sa) {
        return written(can, sa).attributes(UserSaInfo.SIZE);
    }

    private static int legacyWindow(XfrmCapabilities can, SaSpec sa) {
        return written(can, sa).payload().get(Native.U8, 215);
    }

    @Test
    void anOutboundEsnStateHasAnEmptyReplayState() {
        SaSpec sa = SaSample.out(HERE, THERE, 1).replay(true, 0).spec();
        MemorySegment replay = attributes(NEW, sa).get(XfrmAttribute.REPLAY_ESN_VAL, 0);
        assertThat(replay.toArray(Native.U8)).isEqualTo(new byte[REPLAY_SIZE]);
        assertThat(legacyWindow(NEW, sa)).isZero();
        assertThat(written(NEW, sa).payload().get(Native.U8, 216) & 0xff).isEqualTo(128);
    }

    @Test
    void aKernelWithoutDirectionsWantsAWindowThereToo() {
        SaSpec sa = SaSample.out(HERE, THERE, 1).replay(true, 0).spec();
        MemorySegment replay = attributes(OLD, sa).get(XfrmAttribute.REPLAY_ESN_VAL, REPLAY_SIZE);
        assertThat(replay.byteSize()).isEqualTo(REPLAY_SIZE + 4);
        assertThat(replay.get(Native.U32, 0)).isEqualTo(1);
        assertThat(replay.get(Native.U32, 20)).isEqualTo(32);
    }

    @Test
    void aSmallWindowIsInTheFixedPart() {
        SaSpec sa = SaSample.in(HERE, THERE, 1).replay(false, 32).spec();
        assertThat(legacyWindow(NEW, sa)).isEqualTo(32);
        assertThat(attributes(NEW, sa).has(XfrmAttribute.REPLAY_ESN_VAL)).isFalse();
    }

    @Test
    void aLargeWindowHasABitmap() {
        SaSpec sa = SaSample.in(HERE, THERE, 1).replay(false, 100).spec();
        MemorySegment replay = attributes(NEW, sa).get(XfrmAttribute.REPLAY_ESN_VAL, REPLAY_SIZE);
        assertThat(replay.byteSize()).isEqualTo(REPLAY_SIZE + 4 * 4);
        assertThat(replay.get(Native.U32, 0)).isEqualTo(4);
        assertThat(replay.get(Native.U32, 20)).isEqualTo(100);
        assertThat(legacyWindow(NEW, sa)).isZero();
    }

    @Test
    void directionAndCpuGoOnlyToKernelsThatKeepThem() {
        SaSpec sa = SaSample.in(HERE, THERE, 1).cpu(3).spec();
        assertThat(attributes(NEW, sa).u8(XfrmAttribute.SA_DIR, 0)).isEqualTo(1);
        assertThat(attributes(NEW, sa).u32(XfrmAttribute.SA_PCPU, -1)).isEqualTo(3);
        assertThat(attributes(OLD, sa).has(XfrmAttribute.SA_DIR)).isFalse();
        assertThat(attributes(OLD, sa).has(XfrmAttribute.SA_PCPU)).isFalse();
        assertThat(attributes(NEW, SaSample.out(HERE, THERE, 1).spec()).u8(XfrmAttribute.SA_DIR, 0)).isEqualTo(2);
    }

    @Test
    void mappingsAreToldOnceWhereAnyPortWillDoAndNowAndThenWhereItWillNot() {
        SaSpec any = SaSample.in(HERE, THERE, 1).encap(0, 4500).spec();
        SaSpec one = SaSample.in(HERE, THERE, 1).encap(4500, 4500).spec();
        SaSpec out = SaSample.out(HERE, THERE, 1).encap(4500, 4500).spec();
        assertThat(attributes(NEW, any).u32(XfrmAttribute.MTIMER_THRESH, 0)).isEqualTo(-1);
        assertThat(attributes(NEW, one).u32(XfrmAttribute.MTIMER_THRESH, 0)).isEqualTo(5);
        assertThat(attributes(NEW, out).has(XfrmAttribute.MTIMER_THRESH)).isFalse();
    }

    @Test
    void noLimitIsInfinite() {
        MemorySegment none = written(NEW, SaSample.in(HERE, THERE, 1).spec()).payload();
        assertThat(none.get(Native.U64, 96)).isEqualTo(-1);
        assertThat(none.get(Native.U64, 96 + 40)).isZero();
        Lifetime lifetime = new Lifetime(1, 2, 3, 4, 5, 6);
        MemorySegment some = written(NEW, SaSample.in(HERE, THERE, 1).lifetime(lifetime).spec()).payload();
        assertThat(new long[] {some.get(Native.U64, 96), some.get(Native.U64, 104), some.get(Native.U64, 112),
            some.get(Native.U64, 120), some.get(Native.U64, 128), some.get(Native.U64, 136)})
                .containsExactly(3, 4, 5, 6, 1, 2);
    }
}
