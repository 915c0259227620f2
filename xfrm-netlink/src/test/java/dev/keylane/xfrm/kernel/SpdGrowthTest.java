package dev.keylane.xfrm.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.linux.NetNamespace;
import dev.keylane.netlink.NetlinkClient;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SpdGrowthTest {
    @BeforeAll
    static void here() {
        NetNamespace.unavailable().ifPresent(Assumptions::abort);
    }

    @Test
    void theTablesHaveTheirSizeAndNothingIsLeftInThem() {
        NetNamespace.run(() -> {
            try (NetlinkClient client = new NetlinkClient(XfrmMessage.NETLINK_XFRM)) {
                SpdGrowth growth = new SpdGrowth(client);
                assertThat(growth.buckets()).isLessThan(SpdGrowth.BUCKETS);
                growth.run();
                assertThat(growth.buckets()).isGreaterThanOrEqualTo(SpdGrowth.BUCKETS);
                assertThat(NetNamespace.ipOutput("xfrm policy")).isEmpty();
            }
        });
    }
}
