package dev.keylane.steering.ntuple;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ethtool.Ethtool;
import dev.keylane.ethtool.FakeDevice;
import dev.keylane.ethtool.FlowRule;
import dev.keylane.ethtool.RuleTable;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.Errno;
import dev.keylane.linux.NetNamespace;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeredSa;
import dev.keylane.steering.Steering;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.steering.queue.Recent;
import dev.keylane.steering.queue.RecordedSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NtupleSteeringTest {
    private static final IpAddress HERE = IpAddress.of("192.0.2.1");
    private static final IpAddress HERE6 = IpAddress.of("2001:db8::1");
    private final FakeDevice device = new FakeDevice("eth0", "iavf");
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private RecordedSystem system;
    private Path notes;
    private NtupleStrategy strategy;

    @BeforeEach
    void boot(@TempDir Path directory) {
        system = new RecordedSystem(directory).device("eth0", "0000:01:00.0").queues("iavf-eth0-TxRx-%d", 4);
        notes = directory.resolve("run/rules");
        strategy = new NtupleStrategy(device, directory, notes, () -> now);
        device.places = 8;
        device.placesOwn = true;
    }

    private Steering attached() {
        return ((Outcome.Done<Steering>) strategy.attach("eth0")).value();
    }

    private static SteeredSa sa(int spi) {
        return SteeredSa.plain(HERE, spi);
    }

    private RuleTable table() {
        return new RuleTable(device, "eth0");
    }

    /** The rules as the device has them. */
    private List<String> rules() {
        return table().like().map(rules -> rules.stream().map(FlowRule::toString).toList()).or(_ -> List.of());
    }

    @Test
    void aRuleComesAndGoesWithItsSa() {
        Steering steering = attached();
        assertThat(steering.steer(sa(0x1001), 3)).isEmpty();
        assertThat(steering.steer(SteeredSa.plain(HERE6, 0xfffffffe), 1)).isEmpty();
        assertThat(rules()).containsExactly(
                "0x00001001 to 192.0.2.1 into queue 3", "0xfffffffe to 2001:db8::1 into queue 1");
        assertThat(notes.resolve("eth0")).hasContent("192.0.2.1 0x00001001\n2001:db8::1 0xfffffffe\n");
        assertThat(steering.steer(sa(0x1001), 2)).as("another CPU").isEmpty();
        assertThat(steering.status().entries()).containsExactly(
                new SteeringStatus.Entry(HERE6, 0xfffffffe, 1, OptionalLong.empty()),
                new SteeringStatus.Entry(HERE, 0x1001, 2, OptionalLong.empty()));
        assertThat(steering.status().capacity()).isEqualTo(8);
        assertThat(steering.status().mode()).isEqualTo("rules in the device, 2 in all");
        assertThat(steering.unsteer(sa(0x1001))).isEmpty();
        assertThat(steering.unsteer(sa(0x9999))).isEmpty();
        assertThat(device.rules).hasSize(1);
        steering.detach();
        assertThat(device.rules).isEmpty();
        assertThat(notes.resolve("eth0")).doesNotExist();
    }

    @Test
    void aFullTableRejectsAndIsAnAlertUntilThereIsRoom() {
        device.places = 2;
        device.placesOwn = false;
        Steering steering = attached();
        steering.steer(sa(0x1001), 0);
        steering.steer(sa(0x1002), 1);
        assertThat(steering.steer(sa(0x1003), 2)).contains(new Rejection.TableFull("eth0", 2));
        assertThat(steering.status().alerts()).containsExactly("the table of eth0 is full with 2 SAs");
        assertThat(notes.resolve("eth0")).as("not noted either").hasContent("192.0.2.1 0x00001001\n192.0.2.1 0x00001002\n");
        steering.unsteer(sa(0x1001));
        assertThat(steering.status().alerts()).isEmpty();
        assertThat(steering.steer(sa(0x1003), 2)).isEmpty();
    }

    @Test
    void whatAnEarlierDaemonLeftIsTakenOverAndOthersRulesStay() {
        Steering first = attached();
        first.steer(sa(0x1001), 3);
        first.steer(sa(0x1002), 2);
        first.close();
        table().insert(new FlowRule(HERE, 0x7777, 1, FlowRule.ANYWHERE));
        device.rules.get(0)[152] = 1;
        assertThat(strategy.left()).containsExactly("eth0");
        Steering second = attached();
        assertThat(second.status().entries()).containsExactly(
                new SteeringStatus.Entry(HERE, 0x1001, 1, OptionalLong.empty()),
                new SteeringStatus.Entry(HERE, 0x1002, 2, OptionalLong.empty()));
        assertThat(second.unsteer(sa(0x7777))).isEmpty();
        second.detach();
        assertThat(rules()).containsExactly("0x00007777 to 192.0.2.1 into queue 1");
        assertThat(strategy.left()).isEmpty();
    }

    @Test
    void notesOfRulesThatAreGoneAreForgottenAndOddLinesToo() throws IOException {
        Files.createDirectories(notes);
        Files.writeString(notes.resolve("eth0"), "192.0.2.1 0x00001001\nnonsense\n192.0.2.1 4097\n300.1.1.1 0x00001001\n");
        assertThat(strategy.left()).containsExactly("eth0");
        assertThat(attached().status().entries()).isEmpty();
        assertThat(notes.resolve("eth0")).doesNotExist();
    }

    @Test
    void aRuleThatSomebodyPutInThePlaceOfOursIsNotRemoved() {
        Steering steering = attached();
        steering.steer(sa(0x1001), 3);
        device.rules.clear();
        table().insert(new FlowRule(HERE, 0x7777, 1, FlowRule.ANYWHERE));
        assertThat(steering.unsteer(sa(0x1001))).isEmpty();
        assertThat(device.rules).hasSize(1);
    }

    @Test
    void whatCannotBeSteeredIsRejected() {
        Steering steering = attached();
        assertThat(steering.steer(sa(0x1001), 4)).contains(new Rejection.NoQueueOfCpu("eth0", 4));
        assertThat(steering.steer(sa(0x1001), -1)).contains(new Rejection.NoQueueOfCpu("eth0", -1));
        assertThat(steering.steer(sa(255), 0)).contains(new Rejection.ReservedSpi(255));
        assertThat(steering.steer(SteeredSa.inUdp(HERE, 0x1001, 4500), 0).orElseThrow().text())
                .isEqualTo("rules for ESP do not see it within UDP");
        assertThat(steering.steer(new SteeredSa(HERE, 0x1001, OptionalInt.empty(), SteeredSa.Offload.PACKET), 0))
                .contains(new Rejection.Offloaded(SteeredSa.Offload.PACKET));
        device.refusesRules = Errno.EINVAL;
        assertThat(steering.steer(sa(0x1001), 0).orElseThrow().text()).isEqualTo("eth0: ETHTOOL_SRXCLSRLINS: EINVAL");
        device.refusesRules = 0;
        device.gone = true;
        assertThat(steering.steer(sa(0x1001), 0)).contains(new Rejection.DeviceGone("eth0"));
        assertThat(steering.unsteer(sa(0x1001))).isEmpty();
        assertThat(steering.status().mode()).isEqualTo("gone");
        assertThat(strategy.attach("eth0")).isEqualTo(new Outcome.Rejected<>(new Rejection.NoSuchDevice("eth0")));
    }

    @Test
    void withoutANoteThereIsNoRule() throws IOException {
        Files.createDirectories(notes.getParent());
        Files.writeString(notes, "in the way");
        assertThat(attached().steer(sa(0x1001), 0).orElseThrow().text()).startsWith("a rule could not be noted");
        assertThat(device.rules).isEmpty();
    }

    @Test
    void movedInterruptsAreAnAlertUntilTheRekey() {
        Steering steering = attached();
        steering.steer(sa(0x1001), 3);
        system.interrupt(103, "iavf-eth0-TxRx-3", 0);
        now = now.plus(Recent.FRESH);
        assertThat(steering.status().alerts()).containsExactly("1 of 1 SAs arrive on another CPU since interrupts of eth0 were"
                + " moved, until they are rekeyed");
    }

    @Test
    void whatFitsAndWhatNotSaysWhy() {
        assertThat(strategy.examine("eth0").reason())
                .isEqualTo("the driver iavf takes rules for the SPI of ESP, 0 of 8 places are taken");
        device.takesRules = false;
        expectUnfit("eth0 is set to take no rules: ethtool -K eth0 ntuple on lets it");
        device.takesRules = true;
        device.driver = "mlx5_core";
        expectUnfit("the driver mlx5_core takes no rules for ESP");
        device.driver = "rvu-nicpf";
        expectUnfit("the driver rvu-nicpf takes rules for ESP but does not look at the SPI");
        device.driver = "ixgbe";
        device.refusesRules = Errno.EOPNOTSUPP;
        expectRefusal("eth0 takes no rules for ESP (driver ixgbe, ETHTOOL_SRXCLSRLINS: EOPNOTSUPP)");
        device.places = 0;
        device.placesOwn = false;
        expectUnfit("eth0 takes no rules (driver ixgbe, ETHTOOL_GRXCLSRLCNT: EOPNOTSUPP)");
        device.gone = true;
        expectUnfit("there is no device eth0");
    }

    private void expectUnfit(String reason) {
        assertThat(strategy.examine("eth0").reason()).isEqualTo(reason);
        assertThat(strategy.examine("eth0").fits()).isFalse();
        assertThat(device.rules).isEmpty();
    }

    /** What is only found out when a rule is tried: looking at the device changes nothing. */
    private void expectRefusal(String reason) {
        assertThat(strategy.examine("eth0").fits()).isTrue();
        assertThat(((Outcome.Rejected<Steering>) strategy.attach("eth0")).reason().text()).isEqualTo(reason);
        assertThat(device.rules).isEmpty();
    }

    @Test
    void anUnknownDriverIsTriedAndLeftAsItWas() {
        device.driver = "newnic";
        assertThat(attached().steer(sa(0x1001), 3)).isEmpty();
        assertThat(device.rules).hasSize(1);
        device.rules.clear();
        device.forgetsSpis = true;
        expectRefusal("the driver newnic makes something else of a rule for ESP");
    }

    @Test
    void theKernelsRefusalIsTold() {
        Assumptions.assumeTrue(NetNamespace.unavailable().isEmpty(), "no network namespaces here");
        NetNamespace.run(() -> {
            NetNamespace.ip("link add kv0 type veth peer name kv1");
            NtupleStrategy real = new NtupleStrategy(Ethtool.LINUX, Path.of("/"), notes, () -> now);
            assertThat(real.examine("kv0").reason())
                    .isEqualTo("kv0 takes no rules (driver veth, ETHTOOL_GRXCLSRLCNT: EOPNOTSUPP)");
            assertThat(((Outcome.Rejected<Steering>) real.attach("kv0")).reason().text())
                    .isEqualTo("kv0 takes no rules for ESP (driver veth, ETHTOOL_GRXCLSRLCNT: EOPNOTSUPP)");
            assertThat(real.examine("kv9").reason()).isEqualTo("there is no device kv9");
        });
    }
}
