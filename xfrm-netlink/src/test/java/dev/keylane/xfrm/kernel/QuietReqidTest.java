package dev.keylane.xfrm.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The chains that Linux puts states into; the numbers are those of its own functions. */
class QuietReqidTest {
    private static final IpAddress LEFT = IpAddress.of("10.0.0.1");
    private static final IpAddress RIGHT = IpAddress.of("10.0.0.2");

    @Test
    void aChainIsTheOneThatLinuxChooses() {
        assertThat(QuietReqid.bucket(RIGHT, LEFT, 1, 2048)).isEqualTo(1024);
        assertThat(QuietReqid.bucket(LEFT, RIGHT, 1, 2048)).isEqualTo(1024);
        assertThat(QuietReqid.bucket(IpAddress.of("fd00::1"), IpAddress.of("fd00::2"), 7, 2048)).isEqualTo(V6);
    }

    /** These two are in one chain, which has cost packets. */
    @Test
    void throwAwayStatesAreInAChainWithoutOffloadedOnes() {
        SaSpec ours = CapabilityProbe.state(SaSpec.Direction.OUT, 1, 0);
        assertThat(QuietReqid.bucket(ours.id().destination(), ours.source(), 0, 2048)).isEqualTo(1024);
        int reqid = QuietReqid.find(List.of(offloaded(RIGHT, LEFT, 1), offloaded(LEFT, RIGHT, 1)), ours.id().destination(),
                ours.source(), 0, 2048);
        assertThat(QuietReqid.bucket(ours.id().destination(), ours.source(), reqid, 2048)).isNotEqualTo(1024);
        assertThat(QuietReqid.bucket(ours.id().destination(), ours.source(), reqid, 4096) % 2048).isNotEqualTo(1024);
    }

    /** Those that try what a device can do have a number of their own, which they leave only as far as they have to. */
    @Test
    void theFirstOfANumberIsKeptWhereItsChainHasNone() {
        IpAddress there = IpAddress.of("198.18.0.3");
        IpAddress here = IpAddress.of("198.18.0.2");
        int first = 0x2000_0001;
        assertThat(QuietReqid.find(List.of(), there, here, first, 2048)).isEqualTo(first);
        List<SaInfo> inTheWay = List.of(offloaded(there, here, first), offloaded(there, here, first + 1));
        int reqid = QuietReqid.find(inTheWay, there, here, first, 2048);
        assertThat(reqid).isEqualTo(first + 2);
    }

    @Test
    void whereEveryChainHasOneThereIsNoChoice() {
        assertThat(QuietReqid.find(List.of(offloaded(RIGHT, LEFT, 1)), RIGHT, LEFT, 5, 1)).isEqualTo(5);
    }

    private static SaInfo offloaded(IpAddress destination, IpAddress source, int reqid) {
        return new SaInfo(SaId.esp(destination, 5), source, null, SaSpec.Mode.TUNNEL, reqid, SaSpec.NO_CPU, true,
                new SaInfo.Counters(0, 0, 0, 0), 0, new SaSpec.Offload("nic1", true), null, false);
    }

    private static final int V6 = 1889;
}
