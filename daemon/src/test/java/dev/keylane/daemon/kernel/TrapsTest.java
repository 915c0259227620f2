package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.LEFT;
import static dev.keylane.daemon.kernel.Samples.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TrapsTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final PolicyLedger ledger = new PolicyLedger();
    private final AtomicLong ids = new AtomicLong();
    private final Traps traps = new Traps(new KernelWriter(kernel, OwnedState.inMemory(), Samples.bypass()), ledger, new Reqids(),
            new OffloadLadder(Samples.NETWORK), Samples.NETWORK, ids::incrementAndGet);

    @Test
    void aTransportTrapWithDynamicSelectorsIsForTheTwoHosts() {
        ChildConfig child = child(Mode.TRANSPORT, PerCpu.YES, List.of(TsPattern.DYNAMIC),
                List.of(new TsPattern(null, null, 17, 4789, 4789)));
        assertThat(traps.install(Samples.connection(), child)).isEmpty();
        PolicySpec out = kernel.policies.values().iterator().next();
        assertThat(out.id()).isEqualTo(PolicyId.of(new Selector(LEFT, 32, RIGHT, 32, 17, Selector.Port.ANY,
                Selector.Port.of(4789), 0), Direction.OUT));
        assertThat(out.templates()).containsExactly(new Template(LEFT, RIGHT, SaSpec.Mode.TRANSPORT, 1, false));
        assertThat(out.cpuAcquire()).isFalse();
        assertThat(out.priority()).isEqualTo(366_912);
        assertThat(kernel.policies).hasSize(2);
    }

    @Test
    void aTrapCountsAsAChildAndIsListed() {
        ids.set(6);
        traps.install(Samples.connection(), Samples.tunnel());
        assertThat(traps.views()).containsExactly(
                new TrapView(7, "west", Samples.tunnel(), 1, Samples.NETS));
        assertThat(traps.install(Samples.connection(), Samples.tunnel())).as("again").isEmpty();
        assertThat(traps.views()).hasSize(1);
        assertThat(traps.views().getFirst().reqid()).as("the number it had").isEqualTo(1);
        assertThat(traps.uninstall("west", "net")).isTrue();
        assertThat(traps.uninstall("west", "net")).isFalse();
        assertThat(kernel.policies).isEmpty();
    }

    @Test
    void theLocalAddressIsLookedUpTheRemoteOneMustBeKnown() {
        Connection anyLocal = connection(List.of(AddressPattern.ANY), List.of(AddressPattern.of(RIGHT)));
        assertThat(traps.install(anyLocal, Samples.tunnel())).isEmpty();
        assertThat(kernel.policies.values().iterator().next().templates().getFirst().source()).isEqualTo(LEFT);
        Connection anyRemote = connection(List.of(AddressPattern.of(LEFT)), List.of(AddressPattern.ANY));
        assertThat(traps.install(anyRemote, Samples.tunnel()))
                .contains("installing trap failed, remote address unknown");
        Connection nowhere = connection(List.of(), List.of(AddressPattern.of(IpAddress.of("203.0.113.1"))));
        assertThat(traps.install(nowhere, Samples.tunnel()))
                .contains("installing trap failed, local address unknown");
        assertThat(traps.views()).isEmpty();
    }

    @Test
    void passAndDropArePoliciesWithoutTemplates() {
        TsPattern net = TsPattern.of(Samples.RIGHT_NET);
        assertThat(traps.install(Samples.connection(), child(Mode.PASS, PerCpu.NO, List.of(TsPattern.DYNAMIC),
                List.of(net)))).isEmpty();
        assertThat(kernel.policies.values()).hasSize(3).allMatch(policy -> policy.templates().isEmpty()
                && policy.action() == PolicySpec.Action.ALLOW && policy.priority() == 200_000 - 512 * 16 - 1);
        traps.uninstall("west", "net");
        assertThat(traps.install(Samples.connection(), child(Mode.DROP, PerCpu.NO, List.of(TsPattern.DYNAMIC),
                List.of(TsPattern.DYNAMIC)))).isEmpty();
        assertThat(kernel.policies.values()).as("both families, three directions").hasSize(6)
                .allMatch(policy -> policy.action() == PolicySpec.Action.BLOCK && policy.priority() == 599_999);
        assertThat(traps.views().getFirst().reqid()).isZero();
    }

    @Test
    void aRefusalLeavesNothing() {
        for (int position = 0; position < 3; position++) {
            kernel.refuse(position, RecordingKernel.error("NEWPOLICY", 1, "EPERM", ""));
            assertThat(traps.install(Samples.connection(), Samples.tunnel()).orElseThrow())
                    .endsWith("NEWPOLICY: EPERM (1)");
            assertThat(kernel.policies).isEmpty();
            assertThat(ledger.isEmpty()).isTrue();
            assertThat(traps.views()).isEmpty();
        }
    }

    @Test
    void rangesOfPortsBecomeSeveralPolicies() {
        TrafficSelector ports = new TrafficSelector(6, 1024, 65535, LEFT, LEFT);
        traps.install(Samples.connection(), child(Mode.TUNNEL, PerCpu.NO, List.of(TsPattern.of(ports)),
                List.of(TsPattern.of(Samples.RIGHT_NET))));
        assertThat(kernel.policies.keySet().stream().filter(id -> id.direction() == Direction.OUT)).hasSize(6);
    }

    private static ChildConfig child(Mode mode, PerCpu perCpu, List<TsPattern> local, List<TsPattern> remote) {
        return new ChildConfig("net", mode, List.of(), local, remote, ChildActions.NONE, ChildLifetime.DEFAULT, perCpu,
                KernelOptions.DEFAULT);
    }

    private static Connection connection(List<AddressPattern> local, List<AddressPattern> remote) {
        Connection c = Samples.connection();
        return new Connection(c.name(), new Endpoints(local, remote, 0, 0), c.proposals(), c.local(), c.remote(),
                c.options(), c.children());
    }
}
