package dev.keylane.steering.xdp;

import static dev.keylane.steering.xdp.Workbench.done;
import static dev.keylane.steering.xdp.Workbench.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.bpf.BpfMap;
import dev.keylane.bpf.XdpHook;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.Interfaces;
import dev.keylane.linux.NetNamespace;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.Verdict;
import dev.keylane.steering.program.ProgramMaps;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FlowSpreadingTest {
    @BeforeAll
    static void needsRootAndBpf() {
        Workbench.unavailable().ifPresent(reason -> {
            System.out.println("no flows are spread here: " + reason);
            Assumptions.abort("no flows are spread here: " + reason);
        });
    }

    @Test
    void slotsAreDealtOutAndMoveWithTheCpus() {
        Workbench.run(settings -> {
            List<Integer> cpus = Cpus.online();
            FlowSpreading spreading = done(FlowSpreading.attach("kv0", settings, cpus, () -> 7));
            assertThat(spreading.status().mode()).isEqualTo("native");
            assertThat(spreading.status().slots()).hasSize(256);
            for (int slot = 0; slot < 256; slot++) {
                assertThat(spreading.status().slots().get(slot)).isEqualTo(cpus.get(slot % cpus.size()));
            }
            assertThat(spreading.spreadOver(List.of(cpus.getLast()))).isEmpty();
            assertThat(spreading.status().slots()).containsOnly(cpus.getLast());
            int none = Cpus.possible().getLast() + 1;
            assertThat(spreading.spreadOver(List.of(0, none))).contains(new Rejection.NoSuchCpu(none, none));
            assertThat(spreading.spreadOver(List.of())).contains(new Rejection.NoCpus());
            assertThat(spreading.status().slots()).as("as they were").containsOnly(cpus.getLast());
            spreading.detach();
            assertThat(XdpHook.on(Interfaces.index("kv0").orElseThrow())).isEmpty();
        });
    }

    @Test
    void theSeedIsKeptSoThatFlowsStay() {
        Workbench.run(settings -> {
            done(FlowSpreading.attach("kv0", settings, List.of(0), () -> 0x1234)).close();
            FlowSpreading again = done(FlowSpreading.attach("kv0", settings, List.of(0), () -> {
                throw new AssertionError("a new seed was drawn");
            }));
            try (BpfMap flows = BpfMap.pinned(settings.home("flows", "kv0").resolve(ProgramMaps.FLOWS)).orElseThrow()) {
                assertThat(flows.get(Numbers.u32(ProgramMaps.SEED_SLOT))).isEqualTo(Numbers.u32(0x1234));
            }
            again.detach();
        });
    }

    @Test
    void aDeviceHasOneProgramOnly() {
        Workbench.run(settings -> {
            done(new XdpStrategy(settings).attach("kv0"));
            assertThat(rejected(FlowSpreading.attach("kv0", settings, List.of(0), () -> 1)).text())
                    .startsWith("kv0 already runs program ").contains("\"keylane_esp\" (native)");
            assertThat(rejected(FlowSpreading.attach("kv1", settings, List.of(4096), () -> 1)))
                    .isInstanceOf(Rejection.NoSuchCpu.class);
            assertThat(settings.home("flows", "kv1")).doesNotExist();
        });
    }

    /** Fifty flows from one queue: their packets are counted, and each flow is on one CPU. */
    @Test
    void realPacketsAreSpread() {
        Workbench.run(settings -> {
            FlowSpreading spreading = done(FlowSpreading.attach("kv0", settings, Cpus.online(), () -> 7));
            NetNamespace.ip("addr add 192.0.2.1/24 dev kv1", "neigh replace 192.0.2.9 lladdr 02:00:00:00:00:09 dev kv1");
            Datagrams.send("192.0.2.9", 50, 20);
            Map<Verdict, Long> verdicts = spreading.status().verdicts();
            long here = verdicts.get(Verdict.ALREADY_HERE);
            long elsewhere = verdicts.get(Verdict.REDIRECTED);
            assertThat(here + elsewhere).isGreaterThanOrEqualTo(1000);
            if (Cpus.online().size() > 1) {
                assertThat(elsewhere).isPositive();
            }
        });
    }
}
