package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.ChildLifetime.Volume;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SaPairTest {
    private static final IpAddress LEFT6 = IpAddress.of("2001:db8::1");
    private static final IpAddress RIGHT6 = IpAddress.of("2001:db8::2");

    @Test
    void bothHalvesHaveTheLimitsOfTimeOctetsAndPackets() {
        SaPair pair = pair(Samples.child(1, withLifetime(new ChildLifetime(Duration.ofSeconds(100),
                Duration.ofSeconds(110), Duration.ZERO, new Volume(1_000, 1_100, 0), new Volume(50, 55, 0))),
                Resource.NONE, 0));
        assertThat(pair.in().lifetime()).isEqualTo(new Lifetime(100, 110, 1_000, 1_100, 50, 55));
        assertThat(pair.out().lifetime()).isEqualTo(pair.in().lifetime());
    }

    @Test
    void withoutSettingsAnHourAndATenthMore() {
        SaPair pair = pair(Samples.child(1, Samples.tunnel(), Resource.NONE, 0));
        for (Lifetime limits : List.of(pair.in().lifetime(), pair.out().lifetime())) {
            assertThat(limits.softSeconds()).isBetween(3240L, 3600L);
            assertThat(limits).isEqualTo(new Lifetime(limits.softSeconds(), 3960, 0, 0, 0, 0));
        }
    }

    /** The SAs and the policies' templates are of the outer IP version, the policies' selectors of the inner one. */
    @Test
    void ipv4WithinIpv6() {
        ChildSa child = over(LEFT6, RIGHT6, Samples.NETS);
        SaPair pair = pair(child);
        assertThat(pair.out().id().destination()).isEqualTo(RIGHT6);
        assertThat(pair.out().selector()).isEqualTo(Selector.any(false));
        assertThat(policies(child)).isNotEmpty().allSatisfy(policy -> {
            assertThat(policy.id().selector().isV4()).isTrue();
            assertThat(policy.templates().getFirst().destination().isV4()).isFalse();
        });
    }

    @Test
    void bothVersionsWithinIpv4() {
        Selectors both = new Selectors(List.of(Samples.LEFT_NET, net("fd00:1::")),
                List.of(Samples.RIGHT_NET, net("fd00:2::")));
        ChildSa child = over(Samples.LEFT, Samples.RIGHT, both);
        assertThat(pair(child).in().selector()).isEqualTo(Selector.any(true));
        assertThat(policies(child)).extracting(policy -> policy.id().selector().isV4())
                .containsExactly(true, false, true, false, true, false);
        assertThat(policies(child)).allSatisfy(policy ->
                assertThat(policy.templates().getFirst().destination().isV4()).isTrue());
    }

    private static ChildConfig withLifetime(ChildLifetime lifetime) {
        ChildConfig plain = Samples.tunnel(PerCpu.NO, KernelOptions.DEFAULT);
        return new ChildConfig(plain.name(), plain.mode(), plain.proposals(), plain.localTs(), plain.remoteTs(),
                plain.actions(), lifetime, plain.perCpu(), plain.kernel());
    }

    private static ChildSa over(IpAddress local, IpAddress remote, Selectors selectors) {
        ChildSa plain = Samples.child(1, Samples.tunnel(), Resource.NONE, 0, selectors);
        ChildTerms terms = plain.terms();
        return new ChildSa(plain.id(), plain.ikeSa(), plain.connection(), plain.config(), terms,
                new Path(new IpEndpoint(local, 500), new IpEndpoint(remote, 500)), plain.resource(), 0);
    }

    private static TrafficSelector net(String address) {
        return TrafficSelector.subnet(IpAddress.of(address), 64);
    }

    private static SaPair pair(ChildSa child) {
        return SaPair.of(child, 7, null, true, new Random(1));
    }

    private static List<PolicySpec> policies(ChildSa child) {
        return new PolicyDemand(child.terms().mode(), child.terms().selectors(), child.path().local().address(),
                child.path().remote().address(), 7, child.config().kernel(), 0, null, PolicyPriority.SA).policies();
    }
}
