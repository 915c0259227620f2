package dev.keylane.pcpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.ike.policy.PerCpuOptions.Cpus;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuTopologyTest {
    /** Holes in what is online; a container of 0 to 7; 6 and 7 isolated. */
    private static final CpuTopology MACHINE = new CpuTopology(cpus("0-3,6-11"), cpus("0-7"), cpus("6-7"));

    @Test
    void byItselfItIsWhatIsOnlineAndAllowed() {
        assertThat(choose(PerCpuMode.DEMAND, new Cpus.Auto())).isEqualTo(cpus("0-3,6-7"));
        assertThat(choose(PerCpuMode.HYBRID, new Cpus.Auto())).isEqualTo(cpus("0-3,6-7"));
    }

    @Test
    void nothingIsSetUpUnaskedForIsolatedCpus() {
        assertThat(choose(PerCpuMode.EAGER, new Cpus.Auto())).isEqualTo(cpus("0-3"));
        assertThat(choose(PerCpuMode.EAGER, new Cpus.Listed(List.of(3, 6)))).isEqualTo(cpus("3,6"));
        CpuTopology all = new CpuTopology(cpus("0-1"), cpus("0-1"), cpus("0-1"));
        assertThat(all.choose(new PerCpuOptions(PerCpuMode.EAGER, new Cpus.Auto(), 0), CpuSet.EMPTY))
                .isEqualTo(cpus("0-1"));
    }

    @Test
    void listedOnesAreTakenWhileTheyAreOnline() {
        assertThat(choose(PerCpuMode.DEMAND, new Cpus.Listed(List.of(2, 4, 5, 8)))).isEqualTo(cpus("2,8"));
    }

    @Test
    void thoseOfTheQueuesAreTakenWhereTheyAreKnown() {
        PerCpuOptions queues = new PerCpuOptions(PerCpuMode.DEMAND, new Cpus.Queues(), 0);
        assertThat(MACHINE.choose(queues, cpus("1,4,9"))).isEqualTo(cpus("1,9"));
        assertThat(MACHINE.choose(queues, CpuSet.EMPTY)).isEqualTo(cpus("0-3,6-7"));
    }

    private static CpuSet choose(PerCpuMode mode, Cpus cpus) {
        return MACHINE.choose(new PerCpuOptions(mode, cpus, 0), CpuSet.EMPTY);
    }

    private static CpuSet cpus(String list) {
        return CpuSet.parse(list).orElseThrow();
    }
}
