package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmRequest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Policies that somebody has flushed come back, device by device. */
class FlushedTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final KernelWriter writer = new KernelWriter(kernel, OwnedState.inMemory(), Samples.bypass());
    private final PolicyLedger ledger = new PolicyLedger();

    @Test
    void oneDeviceThatRefusesKeepsNoOtherFromItsPolicies() {
        kernel.refusal = request -> request instanceof XfrmRequest.NewPolicy(var policy) && policy.templates().isEmpty()
                && policy.offload() != null && policy.offload().device().equals("eth8")
                ? Optional.of(RecordingKernel.error("NEWPOLICY", 28, "ENOSPC", "")) : Optional.empty();
        List<PolicySpec> wanted = List.of(passing("eth8"), passing("eth7"), protecting("eth8"), protecting("eth7"));
        assertThat(flushed().putBack(wanted)).hasSize(1);
        assertThat(kernel.policies.values()).containsExactly(passing("eth7"), protecting("eth7"));
    }

    private Flushed flushed() {
        return new Flushed(writer, ledger,
                Samples.installer(writer, ledger, new Reqids(), new OffloadReport(), Samples.CAN));
    }

    private static PolicySpec passing(String device) {
        return policy(device, Port.of(500), List.of());
    }

    private static PolicySpec protecting(String device) {
        return policy(device, Port.ANY, List.of(new Template(Samples.LEFT, Samples.RIGHT, SaSpec.Mode.TUNNEL, 3, false)));
    }

    private static PolicySpec policy(String device, Port port, List<Template> templates) {
        IpAddress peer = IpAddress.of(device.equals("eth7") ? "10.7.0.1" : "10.8.0.1");
        Selector selector = new Selector(Samples.LEFT, 32, peer, 32, 17, port, Port.ANY, 0);
        return new PolicySpec(PolicyId.of(selector, Direction.OUT), PolicySpec.Action.ALLOW, 1, templates, false,
                new SaSpec.Offload(device, true));
    }
}
