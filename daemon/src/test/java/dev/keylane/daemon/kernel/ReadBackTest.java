package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.child;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.daemon.offload.Refusal;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmRequest;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a kernel has accepted, and says otherwise when it is asked. */
class ReadBackTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final PolicyLedger ledger = new PolicyLedger();
    private final ChildInstaller installer = Samples.installer(new KernelWriter(kernel, OwnedState.inMemory(),
            Samples.bypass()), ledger, new Reqids(), new OffloadReport(), Samples.CAN, Samples.NETWORK,
            new OffloadLadder(Samples.NETWORK));

    @Test
    void aPolicyThatTheKernelKeepsForItselfIsTakenBackWithItsStates() {
        kernel.grantedPolicy = _ -> null;
        install(child(2, HwOffload.AUTO));
        assertThat(grant(2).granted()).isEqualTo(Rung.CRYPTO);
        assertThat(grant(2).refusals()).extracting(Refusal::words).singleElement().asString()
                .endsWith("GETPOLICY: EOPNOTSUPP (95): accepted, but in software");
        assertThat(kernel.policyRungs()).isNotEmpty().containsOnly(Rung.SOFTWARE);
        assertThat(kernel.rungs()).hasSize(2).containsOnly(Rung.CRYPTO);
        installer.remove(2);
        assertThat(installer.install(child(3, HwOffload.PACKET), Samples.keys(), false)).isPresent();
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies).isEmpty();
        assertThat(ledger.isEmpty()).isTrue();
    }

    /** Policies in hardware would send nothing by it. */
    @Test
    void aStateThatTheKernelKeepsForItselfIsTakenBackWithTheOther() {
        kernel.granted = offload -> offload.packet() ? null : offload;
        install(child(2, HwOffload.AUTO));
        assertThat(grant(2).granted()).isEqualTo(Rung.CRYPTO);
        assertThat(grant(2).refusals()).extracting(Refusal::words).singleElement().asString()
                .endsWith("GETSA: EOPNOTSUPP (95): accepted, but in software");
        assertThat(kernel.policyRungs()).isNotEmpty().containsOnly(Rung.SOFTWARE);
        assertThat(kernel.take()).noneMatch(request -> request instanceof XfrmRequest.NewPolicy(var policy)
                && policy.offload() != null);
        installer.remove(2);
        assertThat(installer.install(child(3, HwOffload.PACKET), Samples.keys(), false)).isPresent();
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies).isEmpty();
    }

    @Test
    void aStateThatIsNotThereIsNotGranted() {
        kernel.refusal = request -> request instanceof XfrmRequest.GetSa
                ? Optional.of(RecordingKernel.error("GETSA", 3, "ESRCH", "")) : Optional.empty();
        assertThat(installer.install(child(2, HwOffload.CRYPTO), Samples.keys(), false)).hasValueSatisfying(words ->
                assertThat(words).endsWith("GETSA: ESRCH (3)"));
        assertThat(kernel.policies).isEmpty();
        kernel.refusal = request -> request instanceof XfrmRequest.GetSa
                ? Optional.of(RecordingKernel.error("GETSA", 105, "ENOBUFS", "")) : Optional.empty();
        install(child(3, HwOffload.CRYPTO));
        assertThat(grant(3).granted()).as("nothing is known").isEqualTo(Rung.SOFTWARE);
    }

    @Test
    void aPolicyThatIsNotThereIsNotGranted() {
        kernel.refusal = request -> request instanceof XfrmRequest.GetPolicy
                ? Optional.of(RecordingKernel.error("GETPOLICY", 2, "ENOENT", "")) : Optional.empty();
        assertThat(installer.install(child(2, HwOffload.PACKET), Samples.keys(), false)).hasValueSatisfying(words ->
                assertThat(words).endsWith("GETPOLICY: ENOENT (2)"));
        assertThat(kernel.sas).isEmpty();
        kernel.refusal = request -> request instanceof XfrmRequest.GetPolicy
                ? Optional.of(RecordingKernel.error("GETPOLICY", 105, "ENOBUFS", "")) : Optional.empty();
        install(child(3, HwOffload.PACKET));
        assertThat(grant(3).granted()).isEqualTo(Rung.PACKET);
    }

    /** The kernel may have sent by it. */
    @Test
    void anOutboundStateThatWasElsewhereIsNotInstalledAgain() {
        kernel.refusal = request -> request instanceof XfrmRequest.GetSa(var id) && id.equals(OUT)
                ? Optional.of(RecordingKernel.error("GETSA", 3, "ESRCH", "")) : Optional.empty();
        assertThat(installer.install(child(2, HwOffload.AUTO), Samples.keys(), false)).isPresent();
        assertThat(kernel.take().stream().filter(request -> request instanceof XfrmRequest.NewSa(var sa, _) && sa.id().equals(OUT)))
                .hasSize(1);
        assertThat(kernel.sas).isEmpty();
    }

    private Grant grant(long id) {
        return installer.find(id).orElseThrow().grant();
    }

    private void install(ChildSa child) {
        assertThat(installer.install(child, Samples.keys(), false)).isEmpty();
    }

    private static final SaId OUT = SaId.esp(Samples.RIGHT, 0xd0000002);
}
