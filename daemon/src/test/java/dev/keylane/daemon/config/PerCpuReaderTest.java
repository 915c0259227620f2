package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.ike.policy.PerCpuOptions.Cpus;
import dev.keylane.ike.text.Parsed;
import dev.keylane.pcpu.CpuSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerCpuReaderTest {
    private static final ValueFormat<Cpus> CPUS = PerCpuReader.cpus(CpuSet.parse("0-7,16").orElseThrow());

    @Test
    void readsWordsAndLists() {
        assertThat(read("auto")).isEqualTo(new Cpus.Auto());
        assertThat(read("Queues")).isEqualTo(new Cpus.Queues());
        assertThat(read("5,0-2, 16")).isEqualTo(new Cpus.Listed(List.of(0, 1, 2, 5, 16)));
    }

    @Test
    void namesCpusThatTheMachineCannotHave() {
        assertThat(reason("6-9,16-17")).isEqualTo("this machine has no CPU 8-9,17, only 0-7,16");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "all", "0-", "-1", "1-0", "0,,1", "8192", "99999999999", "0x1", "0;1"})
    void refusesWhatIsNoList(String text) {
        assertThat(reason(text)).startsWith("expected auto, queues or a list of CPUs such as 0-3,8, found");
    }

    @Test
    void allTogether() {
        PerCpuOptions read = SampleConfig.load(SampleConfig.child("""
                per_cpu_sas = yes
                per_cpu_mode = eager
                per_cpu_cpus = 0
                per_cpu_max = 8
                lanes = 16
                start_action = start
                """)).book().connections().getFirst().children().getFirst().perCpuOptions();
        assertThat(read).isEqualTo(new PerCpuOptions(PerCpuMode.EAGER, new Cpus.Listed(List.of(0)), 8, 16));
    }

    @Test
    void withoutThemItIsWhatStrongSwanDoes() {
        assertThat(SampleConfig.load(SampleConfig.child("per_cpu_sas = yes")).book().connections().getFirst()
                .children().getFirst().perCpuOptions()).isEqualTo(PerCpuOptions.DEFAULT);
    }

    /** They need no acquire, and so no trap. */
    @Test
    void lanesMayBeStarted() {
        String start = "per_cpu_sas = yes\nstart_action = start\n";
        assertThat(SampleConfig.mistakes(SampleConfig.child(start))).hasSize(1);
        assertThat(SampleConfig.mistakes(SampleConfig.child(start + "lanes = 4"))).isEmpty();
        assertThat(SampleConfig.mistakes(SampleConfig.child(start + "hw_offload = packet"))).isEmpty();
        assertThat(SampleConfig.mistakes(SampleConfig.child(start + "hw_offload = auto"))).hasSize(1);
    }

    /** No machine of Linux's largest size runs this test. */
    @Test
    void theMistakeNamesFileLineAndKey() {
        assertThat(SampleConfig.mistakes(SampleConfig.child("per_cpu_cpus = 0,8191\nper_cpu_sas = yes"))).singleElement()
                .asString().startsWith("t.conf:7: per_cpu_cpus: this machine has no CPU 8191, only 0");
    }

    private static Cpus read(String text) {
        return CPUS.read(text).orElseThrow();
    }

    @Test
    void sasPerCpuHaveTheWindowThatTheirChildNames() {
        assertThat(kernel("", "per_cpu_sas = yes").perCpuWindow()).isEqualTo(1024);
        assertThat(kernel("", "per_cpu_sas = yes\nreplay_window = 64").perCpuWindow()).isEqualTo(64);
        assertThat(kernel("charon.replay_window = 2048\n", "per_cpu_sas = yes").perCpuWindow()).isEqualTo(2048);
        assertThat(kernel("charon.replay_window = 0\n", "per_cpu_sas = yes").perCpuWindow()).isZero();
    }

    private static KernelOptions kernel(String daemon, String child) {
        return SampleConfig.load(daemon + SampleConfig.child(child)).book().connections().getFirst().children().getFirst()
                .kernel();
    }

    private static String reason(String text) {
        return CPUS.read(text) instanceof Parsed.Refused<Cpus>(String reason) ? reason : "none";
    }
}
