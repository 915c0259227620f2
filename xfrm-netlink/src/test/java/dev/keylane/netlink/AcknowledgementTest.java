package dev.keylane.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AcknowledgementTest {
    private static final String EINVAL = "eaffffff";
    private static final String HEADER = "14000000" + "1000 0500" + "01000000 00000000";
    private static final int BOTH = NetlinkHeader.NLM_F_CAPPED | NetlinkHeader.NLM_F_ACK_TLVS;

    private static Acknowledgement parse(int flags, String hex) {
        return Acknowledgement.parse(Messages.of(NetlinkHeader.NLMSG_ERROR, flags, 1, hex));
    }

    @Test
    void readsTheTextBehindACappedRequest() {
        assertThat(parse(BOTH, EINVAL + HEADER + "0800 0100 6e6f 2100")).isEqualTo(new Acknowledgement(22, "no!"));
    }

    @Test
    void readsTheTextBehindAWholeRequest() {
        assertThat(parse(NetlinkHeader.NLM_F_ACK_TLVS, EINVAL + HEADER + "deadbeef" + "0800 0100 6e6f 2100"))
                .isEqualTo(new Acknowledgement(22, "no!"));
    }

    @Test
    void namesAMissingAttribute() {
        assertThat(parse(BOTH, EINVAL + HEADER + "0800 0500 17000000").text()).isEqualTo("(attribute 23 is missing)");
    }

    @Test
    void keepsTheTextOnOneLine() {
        assertThat(parse(BOTH, EINVAL + HEADER + "0800 0100 410a 4200").text()).isEqualTo("A B");
    }

    @Test
    void hasNoTextWithoutTheFlag() {
        assertThat(parse(NetlinkHeader.NLM_F_CAPPED, EINVAL + HEADER + "0800 0100 6e6f 2100").text()).isEmpty();
    }

    @Test
    void lengthsThatLieGiveNoText() {
        assertThat(parse(BOTH, EINVAL + HEADER + "ff00 0100 6e6f 2100").text()).isEmpty();
        String endless = "ffffffff" + "1000 0500" + "01000000 00000000";
        assertThat(parse(NetlinkHeader.NLM_F_ACK_TLVS, EINVAL + endless).text()).isEmpty();
    }
}
