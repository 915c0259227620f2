package dev.keylane.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.kernel.KernelJournal;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.SaAlgorithms;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaOptions;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmError;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemChecksTest {
    @TempDir
    private Path root;
    private FakeHost host;

    @BeforeEach
    void healthy() {
        host = new FakeHost(root);
    }

    @Test
    void aHealthySystemIsFine() {
        List<Finding> system = Doctor.examine(host.sight(), List.of()).system();
        assertThat(system).allSatisfy(finding -> assertThat(finding).isInstanceOf(Finding.Ok.class));
        assertThat(system.stream().map(Finding::check)).containsExactly("rights", "xfrm", "esp4", "esp6", "per-cpu-sas",
                "sa-direction", "migrate-state", "offload-modules", "cpus", "acquires", "larvals", "sad-hash",
                "foreign-state", "ike-ports", "irqbalance", "bpffs", "ovs");
        assertThat(host.kernel.sas).as("what was tried").isEmpty();
    }

    @Test
    void withoutRootWhatNeedsItIsSaid() {
        host.noRoot();
        host.expect("warn", "rights", "a daemon would have its software kernel alone", "sudo keylane doctor");
        for (String check : List.of("xfrm", "sad-hash", "foreign-state")) {
            host.expect("warn", check, "needs root", "sudo keylane doctor");
        }
        host.put("proc/net/udp", SOCKETS);
        host.expect("warn", "ike-ports", "by whom needs root", "sudo keylane doctor");
        host.expect("warn", "packet-offload", "needs root", "sudo keylane doctor");
        host.expect("ok", "cpus", "4 online of 4 possible", "");
        assertThat(Doctor.examine(host.sight(), List.of("eth0")).failed()).isFalse();
        host.put("proc/self/status", "CapEff:\t0000000000001000\n");
        host.expect("warn", "rights", "no CAP_BPF", "run as root, or grant CAP_BPF");
    }

    @Test
    void adviceNamesTheCommandAsItWasCalled() {
        host.noRoot();
        System.setProperty("keylane.command", "./keylane");
        try {
            host.expect("warn", "sad-hash", "needs root", "sudo ./keylane doctor");
        } finally {
            System.clearProperty("keylane.command");
        }
    }

    @Test
    void aKernelWithoutIpsecFails() {
        host.open = false;
        host.expect("fail", "xfrm", "XFRM: EPERM", "modprobe xfrm_user");
    }

    @Test
    void whatTheKernelPassesOverIsFound() {
        host.kernel.capabilities = new XfrmCapabilities(false, false, false, true, 4, "");
        host.expect("fail", "per-cpu-sas", "not bound to CPUs", "boot Linux 6.13 or later");
        host.expect("warn", "sa-direction", "do not know", "boot Linux 6.10 or later");
        host.expect("warn", "migrate-state", "needs new SAs", "boot Linux 7.2 or later, with CONFIG_XFRM_MIGRATE");
        host.kernel.refusal = sa -> sa.source().isV4() ? Optional.empty()
                : Optional.of(new XfrmError("NEWSA", 93, "EPROTONOSUPPORT", "Requested type not found"));
        host.expect("ok", "esp4", "takes a state", "");
        host.expect("fail", "esp6", "EPROTONOSUPPORT (93): Requested type not found",
                "modprobe -a esp4 esp6, or boot a kernel with CONFIG_INET_ESP and CONFIG_INET6_ESP");
        host.kernel.refusal = _ -> Optional.of(new XfrmError("NEWSA", 38, "ENOSYS", "Requested AEAD algorithm not found"));
        host.expect("fail", "esp4", "ENOSYS (38)",
                "modprobe -a gcm seqiv echainiv, or boot a kernel with CONFIG_CRYPTO_GCM and CONFIG_CRYPTO_SEQIV");
    }

    @Test
    void modulesMayBeLoadedBuiltInOrWaiting() {
        host.put("proc/modules", "");
        host.expect("warn", "offload-modules", "nothing is seen of esp4_offload and esp6_offload",
                "modprobe -a esp4_offload esp6_offload");
        host.put("lib/modules/7.2.13/modules.builtin", "kernel/net/ipv4/esp4_offload.ko\n");
        host.put("lib/modules/7.2.13/modules.dep", "kernel/net/ipv6/esp6_offload.ko.zst: kernel/net/ipv6/esp6.ko.zst\n");
        host.expect("ok", "offload-modules", "esp4_offload built in, esp6_offload can be loaded", "");
        host.put("lib/modules/7.2.13/modules.dep", "");
        host.put("boot/config-7.2.13", "CONFIG_INET6_ESP_OFFLOAD=y\n");
        host.expect("ok", "offload-modules", "esp6_offload built in", "");
    }

    @Test
    void cpusThatSleepAreFound() {
        host.put("sys/devices/system/cpu/online", "0-1,3\n");
        host.expect("warn", "cpus", "3 online of 4 possible, CPU 2 is offline",
                "echo 1 >/sys/devices/system/cpu/cpu2/online");
        host.put("sys/devices/system/cpu/present", "0-1,3\n");
        host.expect("ok", "cpus", "with holes: the last is CPU 3", "");
    }

    @Test
    void sysctlsAndTheTableOfStatesAreRead() {
        host.put("proc/sys/net/core/xfrm_acq_expires", "5\n");
        host.put("proc/sys/net/core/xfrm_larval_drop", "0\n");
        host.expect("warn", "acquires", "after 5 s", "sysctl -w net.core.xfrm_acq_expires=30");
        host.expect("ok", "larvals", "100 a policy", "");
        host.states = 1024;
        host.expect("warn", "sad-hash", "1024 states in 1024 buckets", "restart keylane, which makes it large before there are SAs");
    }

    @Test
    void whatIsNotInTheJournalIsForeign() {
        SaSpec sa = state(0xc0ffee01);
        host.kernel.sas.put(sa.id(), sa);
        host.expect("warn", "foreign-state", "1 SAs and 0 policies are not keylane's, such as esp/c0ffee01/192.0.2.8 with reqid 7",
                "ip xfrm state; ip xfrm policy; and stop whoever has made them");
        String journal = "run/" + KernelJournal.beside(Path.of("keylane.vici"));
        host.put(journal, "keylane-owned-1 this-boot\n+sa 192.0.2.8 c0ffee01 50 0/0 7\n");
        host.expect("warn", "foreign-state", "1 SAs and 0 policies of keylane's, which does not run",
                "./keylane run, which puts new ones in their place");
        keylaneRuns();
        host.expect("ok", "foreign-state", "1 SAs and 0 policies of keylane's, and no others", "");
        host.put(journal, "keylane-owned-1 this-boot\n+sa 192.0.2.8 c0ffee01 50 0/0 7\n-sa 192.0.2.8 c0ffee01 50 0/0 7\n");
        assertThat(host.finding("foreign-state").verdict()).isEqualTo("warn");
        host.put(journal, "keylane-owned-1 other-boot\n+sa 192.0.2.8 c0ffee01 50 0/0 7\n");
        assertThat(host.finding("foreign-state").verdict()).isEqualTo("warn");
    }

    private static SaSpec state(int spi) {
        return new SaSpec(SaId.esp(IpAddress.of("192.0.2.8"), spi), IpAddress.of("192.0.2.9"), Selector.any(true),
                SaSpec.Direction.OUT, SaSpec.Mode.TUNNEL, 7, SaSpec.NO_CPU,
                new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 128, null), new SaSpec.Replay(false, 0), Lifetime.UNLIMITED,
                null, null, SaOptions.NONE, 0);
    }

    @Test
    void whoeverHoldsThePortsOfIkeIsNamed() {
        host.put("proc/net/udp", SOCKETS);
        host.expect("fail", "ike-ports", "500 by somebody we cannot see", "ss -ulnp");
        process(41, "charon-systemd");
        host.link("proc/41/fd/9", "socket:[777]");
        host.expect("fail", "ike-ports", "500 by charon-systemd (process 41)", "systemctl disable --now strongswan");
    }

    @Test
    void portsOfKeylaneItselfAreFine() {
        host.put("proc/net/udp6", SOCKETS);
        keylaneRuns();
        host.link("proc/50/fd/9", "socket:[777]");
        host.expect("ok", "ike-ports", "are keylane's", "");
    }

    private void keylaneRuns() {
        process(50, "java");
        host.put("proc/50/cmdline", "java\0-cp\0x\0dev.keylane.cli.Keylane\0run\0--config\0/etc/keylane\0");
    }

    private void process(int pid, String name) {
        host.put("proc/" + pid + "/comm", name + "\n");
    }

    @Test
    void companionsAreNoticed() {
        process(60, "irqbalance");
        process(61, "ovs-vswitchd");
        host.put("proc/self/mounts", "sysfs /sys sysfs rw 0 0\n");
        host.expect("warn", "irqbalance", "irqbalance (process 60) moves", "systemctl disable --now irqbalance");
        host.expect("warn", "bpffs", "/sys/fs/bpf is not mounted", "mount -t bpf bpf /sys/fs/bpf");
        host.expect("warn", "ovs", "was not asked", "ovs-vsctl get Open_vSwitch . other_config:hw-offload");
        host.commands.put("ovs-vsctl", "\"true\"");
        assertThat(host.finding("ovs").seen()).contains("hw-offload=true", "IPsec only before those");
        assertThat(host.finding("ovs").remedy())
                .startsWith("ovs-vsctl set Open_vSwitch . other_config:hw-offload=false");
        host.commands.put("ovs-vsctl", "");
        host.expect("ok", "ovs", "does not offload", "");
    }

    private static final String SOCKETS = """
               sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
              123: 00000000:01F4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 777 2 0 0
              124: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 778 2 0 0
            """;
}
