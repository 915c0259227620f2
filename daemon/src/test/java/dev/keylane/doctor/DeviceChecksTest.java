package dev.keylane.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.bpf.XdpHook;
import dev.keylane.bpf.XdpMode;
import dev.keylane.devlink.DevlinkAnswer;
import dev.keylane.devlink.DevlinkPort;
import dev.keylane.devlink.Eswitch;
import dev.keylane.linux.Errno;
import dev.keylane.rtnetlink.HardwareFilters;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmError;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceChecksTest {
    @TempDir
    private Path root;
    private FakeHost host;

    @BeforeEach
    void healthy() {
        host = new FakeHost(root);
    }

    @Test
    void aDeviceThatTakesAllIsFineButForWhatItsDriverDoesNotTell() {
        Report report = Doctor.examine(host.sight(), List.of("eth0", "eth9"));
        assertThat(report.devices()).containsOnlyKeys("eth0");
        assertThat(report.devices().get("eth0").stream().filter(finding -> !(finding instanceof Finding.Ok))
                .map(Finding::check)).containsExactly("esp-spreading");
        host.expect("ok", "packet-offload", "replay windows of 32, 64, 128, 256, 1024 packets", "");
        assertThat(host.kernel.sas).isEmpty();
        assertThat(host.kernel.policies).isEmpty();
    }

    /** Programs look for them. */
    @Test
    void theNamesAreTheSameWhateverIsFound() {
        List<String> healthy = names();
        assertThat(healthy).doesNotHaveDuplicates().contains("packet-offload-tunnel", "disable-xfrm", "flow-steering", "esp4");
        host.put("proc/sys/net/ipv4/conf/eth0/disable_xfrm", "1\n");
        host.kernel.refusal = sa -> sa.offload() == null ? Optional.empty()
                : Optional.of(new XfrmError("NEWSA", Errno.EBUSY, "EBUSY", ""));
        host.driver.features.clear();
        assertThat(names()).containsExactlyInAnyOrderElementsOf(healthy);
        host.noRoot();
        assertThat(names()).containsExactlyInAnyOrderElementsOf(healthy);
    }

    private List<String> names() {
        return Doctor.examine(host.sight(), List.of("eth0")).all().map(Finding::check).toList();
    }

    @Test
    void linksMustBeUp() {
        host.put("sys/class/net/eth0/carrier", "0\n");
        host.expect("warn", "link", "up without a carrier, driver fake", "look at the cable and the switch");
        host.put("sys/class/net/eth0/flags", "0x1002\n");
        host.expect("fail", "link", "down, driver fake", "ip link set eth0 up");
    }

    @Test
    void ofLoopbackNothingElseMatters() {
        host.put("sys/class/net/eth0/flags", "0x9\n");
        host.put("proc/sys/net/ipv4/conf/eth0/disable_xfrm", "1\n");
        assertThat(Doctor.examine(host.sight(), List.of("eth0")).devices().get("eth0"))
                .containsExactly(new Finding.Ok("link", "up, and leads nowhere else"));
    }

    @Test
    void aDeviceOnAnotherSendsTheAskerThere() {
        host.link("sys/class/net/eth0/lower_eth1", "../eth1");
        host.expect("ok", "link", "on top of eth1", "");
        assertThat(Doctor.examine(host.sight(), List.of("eth0")).devices().get("eth0").stream().map(Finding::check))
                .containsExactly("link", "disable-xfrm", "disable-policy", "rp-filter");
    }

    @Test
    void featuresThatAreOffCanBeSwitchedOn() {
        host.driver.features.put("esp-tx-csum-hw-offload", "100");
        host.driver.features.put("tx-esp-segmentation", "100");
        host.expect("warn", "esp-features", "off: esp-tx-csum-hw-offload, tx-esp-segmentation",
                "ethtool -K eth0 esp-tx-csum-hw-offload on tx-esp-segmentation on");
        host.driver.features.put("esp-hw-offload", "000");
        host.expect("ok", "esp-features", "ESP is the CPUs' work", "");
        host.expect("ok", "packet-offload", "nothing to look at", "");
        assertThat(host.finding("packet-offload").isShown()).as("to people").isFalse();
    }

    @Test
    void refusalsComeWithTheirKnobs() {
        refuse(SaSpec.Offload::packet, 16, "EBUSY", "");
        host.expect("ok", "crypto-offload", "takes a state", "");
        assertThat(host.finding("packet-offload").seen()).startsWith("NEWSA: EBUSY (16): the card's switch holds TC rules");
        assertThat(host.finding("packet-offload").remedy()).contains("ovs-vsctl set Open_vSwitch . other_config:hw-offload=false",
                "devlink port function set pci/0000:03:00.0/PORT ipsec_packet disable");
        host.kernel.refusal = sa -> sa.mode() == SaSpec.Mode.TUNNEL && sa.offload() != null
                ? Optional.of(new XfrmError("NEWSA", 22, "EINVAL",
                        "mlx5_core: Packet offload tunnel mode is disabled due to encap settings")) : Optional.empty();
        host.expect("warn", "packet-offload-tunnel", "disabled due to encap settings: the card's switch encapsulates",
                "devlink dev eswitch set pci/0000:03:00.0 encap-mode none");
        refuse(_ -> true, 22, "EINVAL", "Type doesn't support offload");
        host.expect("warn", "crypto-offload", "Type doesn't support offload", "modprobe -a esp4_offload esp6_offload");
    }

    @Test
    void aDeviceThatTakesNoTwoOfOneReqidIsWarnedOf() {
        host.kernel.refusal = sa -> sa.offload() != null && sa.offload().packet() && host.kernel.sas.values().stream()
                .anyMatch(other -> other.reqid() == sa.reqid())
                ? Optional.of(new XfrmError("NEWSA", 17, "EEXIST", "mlx5_core: Can have only a single duplicate rule"))
                : Optional.empty();
        host.expect("warn", "packet-offload-duplicates", "single duplicate rule: where an SA is rekeyed, the old one goes before",
                "hw_offload = crypto, if nothing may be lost between");
    }

    private void refuse(Predicate<SaSpec.Offload> which, int errno, String name, String text) {
        host.kernel.refusal = sa -> sa.offload() != null && which.test(sa.offload())
                ? Optional.of(new XfrmError("NEWSA", errno, name, text)) : Optional.empty();
    }

    @Test
    void countersShowDrops() {
        host.driver.counters.put("ipsec_rx_pkts", 12L);
        host.driver.counters.put("ipsec_rx_drop_pkts", 0L);
        host.expect("ok", "ipsec-counters", "ipsec_rx_pkts 12, nothing dropped", "");
        host.driver.counters.put("ipsec_rx_drop_pkts", 3L);
        host.expect("warn", "ipsec-counters", "ipsec_rx_drop_pkts 3; ipsec_rx_pkts 12",
                "ethtool -S eth0; cat /proc/net/xfrm_stat");
    }

    @Test
    void queuesAreComparedWithCpus() {
        host.driver.channels = List.of(0, 8, 0, 2);
        host.expect("warn", "queues", "2 to receive into, for 4 CPUs", "ethtool -L eth0 combined 4");
        host.driver.channels = List.of(0, 2, 0, 2);
        host.expect("warn", "queues", "2 to receive into", "steering = xdp");
        host.put("proc/irq/21/smp_affinity_list", "0\n");
        host.expect("warn", "interrupts", "several queues share a CPU: 0 on CPU 0, 1 on CPU 0",
                "echo CPU >/proc/irq/NUMBER/smp_affinity_list, for the interrupts of eth0");
    }

    @Test
    void packetsThatMoveOnceMoreAreNoticed() {
        host.put("sys/class/net/eth0/threaded", "1\n");
        host.expect("warn", "napi-threads", "polls in threads", "echo 0 >/sys/class/net/eth0/threaded");
        host.put("sys/class/net/eth0/threaded", "0\n");
        host.put("sys/class/net/eth0/queues/rx-1/rps_cpus", "f\n");
        host.expect("warn", "rps", "1 queues once more", "echo 0 >/sys/class/net/eth0/queues/rx-1/rps_cpus");
        for (int queue = 0; queue < 4; queue++) {
            host.put("sys/class/net/eth0/queues/tx-" + queue + "/xps_cpus", "0,00000000\n");
        }
        host.expect("warn", "xps", "one of the 4 queues", "echo 1 >/sys/class/net/eth0/queues/tx-0/xps_cpus, 2 for the next, and so on");
    }

    @Test
    void placesForProgramsMayBeTaken() {
        host.hook = Optional.of(new XdpHook(XdpMode.GENERIC, 17, "xdp_dispatcher"));
        host.expect("warn", "xdp", "\"xdp_dispatcher\" (generic), which is not keylane's", "ip link set dev eth0 xdpgeneric off");
        host.hook = Optional.of(new XdpHook(XdpMode.NATIVE, 18, "keylane_esp"));
        host.expect("ok", "xdp", "keylane_esp", "");
        host.sendingPrograms = -Errno.EINVAL;
        host.expect("warn", "tcx", "(EINVAL)", "boot Linux 6.6 or later, with CONFIG_NET_XGRESS");
        host.sendingPrograms = -Errno.EPERM;
        host.expect("warn", "tcx", "needs root", "sudo keylane doctor");
    }

    @Test
    void sysctlsThatUndoIpsecFail() {
        host.put("proc/sys/net/ipv4/conf/eth0/disable_xfrm", "1\n");
        host.put("proc/sys/net/ipv4/conf/all/disable_policy", "1\n");
        host.put("proc/sys/net/ipv4/conf/eth0/rp_filter", "1\n");
        host.expect("fail", "disable-xfrm", "what leaves by eth0 is not encrypted", "sysctl -w net/ipv4/conf/eth0/disable_xfrm=0");
        host.expect("warn", "disable-policy", "need not", "sysctl -w net/ipv4/conf/all/disable_policy=0");
        host.expect("warn", "rp-filter", "dropped", "sysctl -w net/ipv4/conf/eth0/rp_filter=2");
        host.put("proc/sys/net/ipv4/conf/all/rp_filter", "2\n");
        host.expect("ok", "rp-filter", "rp_filter is not strict", "");
    }

    @Test
    void theSwitchMustLeaveRoomForIpsec() {
        host.expect("ok", "eswitch", "pci/0000:03:00.0 has none", "");
        host.eswitch = new DevlinkAnswer.Is<>(new Eswitch("switchdev", Optional.of("basic")));
        host.flowSteering = new DevlinkAnswer.Is<>("smfs");
        host.expect("warn", "eswitch", "switchdev, encap-mode basic", "devlink dev eswitch set pci/0000:03:00.0 encap-mode none");
        host.expect("warn", "flow-steering", "smfs in mode switchdev",
                "devlink dev param set pci/0000:03:00.0 name flow_steering_mode value dmfs cmode runtime");
        host.eswitch = new DevlinkAnswer.Is<>(new Eswitch("legacy", Optional.of("none")));
        host.expect("ok", "eswitch", "legacy, encap-mode none", "");
        host.expect("ok", "flow-steering", "smfs", "");
        host.eswitch = new DevlinkAnswer.Refused<>(Errno.EPERM, "");
        host.expect("warn", "eswitch", "needs root", "sudo keylane doctor");
    }

    @Test
    void functionsAndTheirCardExcludeEachOther() {
        host.ports.add(port(2, 0, false, false));
        host.expect("ok", "functions", "no function beside has IPsec", "");
        host.ports.add(port(3, 0, false, true));
        host.expect("warn", "functions", "pci/0000:03:00.0/3 has ipsec_packet, so its card refuses IPsec here (EBUSY)",
                "devlink port function set pci/0000:03:00.0/3 ipsec_packet disable ipsec_crypto disable");
        host.ports.clear();
        host.ports.add(port(4, 7, true, false));
        host.expect("warn", "functions", "has no ipsec_packet, but ipsec_crypto",
                "devlink port function set pci/0000:03:00.0/4 ipsec_packet enable");
    }

    private static DevlinkPort port(int index, int ifindex, boolean crypto, boolean packet) {
        return new DevlinkPort(FakeHost.CARD, index, "pcivf", ifindex,
                Optional.of(new DevlinkPort.FunctionIpsec(crypto, packet)));
    }

    @Test
    void aRepresentorIsToldFromTheDeviceOfItsFunction() {
        host.ports.add(new DevlinkPort(FakeHost.CARD, 0, "physical", 8, Optional.empty()));
        host.ports.add(new DevlinkPort(FakeHost.CARD, 2, "pcivf", 7, Optional.empty()));
        host.expect("ok", "functions", "stands for the function behind " + FakeHost.CARD + "/2 (pcivf), whose card does not tell of"
                + " ipsec_packet; IPsec is for the function's own device", "");
    }

    @Test
    void rulesInTheDeviceKeepIpsecOut() {
        host.expect("ok", "tc-rules", "none in the device", "");
        HardwareFilters.Filter rule = new HardwareFilters.Filter("flower", 1, 1);
        host.filters.put(7, Set.of(rule));
        host.filters.put(8, Set.of(rule));
        host.filters.put(99, Set.of(rule));
        host.ports.add(new DevlinkPort(FakeHost.CARD, 2, "pcivf", 8, Optional.empty()));
        assertThat(host.finding("tc-rules").seen()).isEqualTo("2 in the device (flower), and IPsec before TC: the first SA or"
                + " policy may be refused (EBUSY)");
        host.driver.features.clear();
        host.expect("ok", "tc-rules", "2 in the device (flower)", "");
    }
}
