package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.LEFT;
import static dev.keylane.daemon.kernel.Samples.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.xfrm.PolicySpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The journal names what is in the kernel, also where something has happened to that unasked. */
class KernelWriterTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final OwnedState owned = OwnedState.inMemory();
    private final KernelWriter writer = new KernelWriter(kernel, owned, Samples.bypass());
    private final PolicySpec policy = new PolicyDemand(ChildConfig.Mode.TUNNEL, Samples.NETS, LEFT, RIGHT, 1,
            KernelOptions.DEFAULT, 0, null, PolicyPriority.SA).policies().getFirst();
    private final PolicySpec other = new PolicyDemand(ChildConfig.Mode.TUNNEL, Samples.NETS, LEFT, RIGHT, 1,
            KernelOptions.DEFAULT, 0, null, PolicyPriority.SA).policies().getLast();

    /** UPDPOLICY makes what is not there. */
    @Test
    void aPolicyThatComesBackByAReplacementIsNamed() {
        writer.install(List.of(KernelStep.install(policy)));
        kernel.policies.clear();
        writer.gone(Owned.of(policy));
        assertThat(writer.install(List.of(KernelStep.replace(policy, policy.withCpuAcquire(true))))).isEmpty();
        assertThat(kernel.policies).hasSize(1);
        assertThat(owned.live()).containsExactly(Owned.of(policy));
    }

    @Test
    void whatIsTakenBackUnderItsNameStaysNamed() {
        writer.install(List.of(KernelStep.install(policy)));
        kernel.refuse(1, RecordingKernel.error("NEWPOLICY", 28, "ENOSPC", ""));
        assertThat(writer.install(List.of(KernelStep.replace(policy, policy.withCpuAcquire(true)),
                KernelStep.install(other)))).isPresent();
        assertThat(kernel.policies.values()).containsExactly(policy);
        assertThat(owned.live()).containsExactly(Owned.of(policy));
    }

    @Test
    void aReplacementThatIsRefusedNamesNothing() {
        kernel.refuse(0, RecordingKernel.error("UPDPOLICY", 28, "ENOSPC", ""));
        writer.remove(List.of(KernelStep.replace(policy, policy.withCpuAcquire(true))));
        assertThat(kernel.policies).isEmpty();
        assertThat(owned.live()).isEmpty();
    }
}
