package dev.keylane.xfrm.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class XfrmStatTest {
    @Test
    void readsCounters() {
        XfrmStat stat = XfrmStat.parse("XfrmInError             \t0\nXfrmInNoStates          \t17\n");
        assertThat(stat.counters()).containsExactly(Map.entry("XfrmInError", 0L),
                Map.entry("XfrmInNoStates", 17L));
        assertThat(stat.get("XfrmInNoStates")).isEqualTo(17);
        assertThat(stat.get("XfrmOutNoStates")).isZero();
    }

    @Test
    void passesOverTheRest() {
        XfrmStat stat = XfrmStat.parse("""

                XfrmInError
                XfrmA 1 2
                Other 5
                XfrmB -1
                XfrmC 99999999999999999999
                XfrmD 4
                """);
        assertThat(stat.counters()).containsOnlyKeys("XfrmD");
    }
}
