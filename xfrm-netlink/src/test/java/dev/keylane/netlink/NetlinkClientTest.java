package dev.keylane.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.linux.Errno;
import dev.keylane.linux.Interfaces;
import dev.keylane.linux.LinuxException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On the routing family, which answers without privileges: links of the machine. */
class NetlinkClientTest {
    private static final int NETLINK_ROUTE = 0;
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_GETLINK = 18;
    /** struct ifinfomsg, ifi_index at 4. */
    private static final int IFINFOMSG = 16;

    private final NetlinkClient client = new NetlinkClient(NETLINK_ROUTE);

    @AfterEach
    void close() {
        client.close();
    }

    private static NetlinkRequest link(int index) {
        return new NetlinkRequest(RTM_GETLINK, out -> out.fixed(IFINFOMSG).set(Native.U32, 4, index));
    }

    private static Integer index(NetlinkMessage message) {
        return message.type() == RTM_NEWLINK ? message.payload().get(Native.U32, 4) : null;
    }

    @Test
    void dumps() {
        List<Integer> indices = client.dump(link(0), NetlinkClientTest::index);
        assertThat(indices).contains(Interfaces.index("lo").orElseThrow());
        assertThat(NetlinkInside.isClean(client)).isTrue();
    }

    @Test
    void aRefusalStopsNothing() {
        int lo = Interfaces.index("lo").orElseThrow();
        List<NetlinkReply<Integer>> replies =
                client.transact(List.of(link(lo), link(0x7ffffff), link(lo)), NetlinkClientTest::index);
        assertThat(replies).extracting(reply -> reply.acknowledgement().errno()).containsExactly(0, Errno.ENODEV, 0);
        assertThat(replies).extracting(NetlinkReply::data).containsExactly(lo, null, lo);
        assertThat(NetlinkInside.isClean(client)).isTrue();
    }

    @Test
    void aThousandRequestsAreAnsweredInOrder() {
        int lo = Interfaces.index("lo").orElseThrow();
        List<NetlinkReply<Integer>> replies =
                client.transact(Collections.nCopies(1000, link(lo)), NetlinkClientTest::index);
        assertThat(replies).hasSize(1000).allMatch(reply -> reply.acknowledgement().isOk());
        assertThat(replies).extracting(NetlinkReply::data).containsOnly(lo);
    }

    @Test
    void nothingToAskIsNothingToAnswer() {
        assertThat(client.transact(List.of(), NetlinkClientTest::index)).isEmpty();
    }

    @Test
    void aDumpThatIsRefusedThrows() {
        NetlinkRequest unknown = new NetlinkRequest(0x3ff0, out -> out.fixed(IFINFOMSG));
        assertThatThrownBy(() -> client.dump(unknown, NetlinkClientTest::index))
                .isInstanceOfSatisfying(LinuxException.class, e -> assertThat(e.errno()).isPositive());
    }

    @Test
    void nothingIsLeftWhenABodyFails() {
        NetlinkRequest failing = new NetlinkRequest(RTM_GETLINK, out -> {
            out.fixed(IFINFOMSG).fill((byte) 1);
            throw new IllegalStateException("ours");
        });
        assertThatThrownBy(() -> client.transact(List.of(failing), NetlinkClientTest::index))
                .isInstanceOf(IllegalStateException.class);
        assertThat(NetlinkInside.isClean(client)).isTrue();
        assertThat(client.transact(List.of(link(1)), NetlinkClientTest::index)).hasSize(1);
    }
}
