package dev.keylane.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.bpf.XdpHook;
import dev.keylane.devlink.Devlink;
import dev.keylane.devlink.DevlinkAnswer;
import dev.keylane.devlink.DevlinkHandle;
import dev.keylane.devlink.DevlinkPort;
import dev.keylane.devlink.Eswitch;
import dev.keylane.ethtool.FakeDriver;
import dev.keylane.rtnetlink.HardwareFilters;
import dev.keylane.xfrm.kernel.SadSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A machine made of files and of answers, in good health until something is changed. */
final class FakeHost implements Network, Devlink {
    static final DevlinkHandle CARD = new DevlinkHandle("pci", "0000:03:00.0");

    private final Path root;
    final FakeKernel kernel = new FakeKernel();
    final FakeDriver driver = new FakeDriver();
    boolean open = true;
    int states;
    /** By the number of their device. */
    final Map<Integer, Set<HardwareFilters.Filter>> filters = new HashMap<>();
    Optional<XdpHook> hook = Optional.empty();
    int sendingPrograms;
    List<DevlinkPort> ports = new ArrayList<>();
    DevlinkAnswer<Eswitch> eswitch = new DevlinkAnswer.Refused<>(95, "");
    DevlinkAnswer<String> flowSteering = new DevlinkAnswer.Refused<>(22, "");
    Map<String, String> commands = new HashMap<>();

    FakeHost(Path root) {
        this.root = root;
        put("proc/self/status", "Name:\tjava\nCapEff:\t000001ffffffffff\n");
        put("proc/self/mounts", "bpf /sys/fs/bpf bpf rw 0 0\n");
        put("proc/sys/kernel/osrelease", "7.2.13\n");
        put("proc/sys/kernel/random/boot_id", "this-boot\n");
        put("proc/modules", "esp6_offload 16384 0 - Live 0x0\nesp4_offload 16384 0 - Live 0x0\n");
        put("proc/sys/net/core/xfrm_acq_expires", "30\n");
        put("proc/sys/net/core/xfrm_larval_drop", "1\n");
        for (String which : List.of("possible", "present", "online")) {
            put("sys/devices/system/cpu/" + which, "0-3\n");
        }
        put("sys/class/net/eth0/flags", "0x1003\n");
        for (int queue = 0; queue < 4; queue++) {
            put("sys/class/net/eth0/queues/rx-" + queue + "/rps_cpus", "0\n");
            put("sys/class/net/eth0/queues/tx-" + queue + "/xps_cpus", Integer.toHexString(1 << queue) + "\n");
            put("proc/irq/2" + queue + "/smp_affinity_list", queue + "\n");
        }
        put("proc/interrupts", "  20:  1 0 chip eth0-TxRx-0\n  21:  1 0 chip eth0-TxRx-1\n  22:  1 0 chip eth0-TxRx-2\n"
                + "  23:  1 0 chip eth0-TxRx-3\n");
        driver.channels = List.of(0, 8, 0, 4);
        driver.features.put("esp-hw-offload", "110");
        ports.add(new DevlinkPort(CARD, 1, "physical", 7, Optional.empty()));
    }

    void put(String file, String text) {
        try {
            Path place = root.resolve(file);
            Files.createDirectories(place.getParent());
            Files.writeString(place, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void link(String file, String target) {
        try {
            Path place = root.resolve(file);
            Files.createDirectories(place.getParent());
            Files.createSymbolicLink(place, Path.of(target));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Path control() {
        return root.resolve("run/keylane.vici");
    }

    /** Takes the rights away that root has. */
    void noRoot() {
        put("proc/self/status", "CapEff:\t0000000000000000\n");
        open = false;
    }

    Sight sight() {
        Xfrm xfrm = open ? new Xfrm.Open(kernel, Optional.of(new SadSize(states, 1024)))
                : new Xfrm.Closed("XFRM: EPERM (1): CAP_NET_ADMIN is needed");
        return new Sight(new SystemText(root), control(), xfrm, driver, Optional.of(this), this,
                words -> Optional.ofNullable(commands.get(words.getFirst())));
    }

    void expect(String verdict, String check, String seen, String mend) {
        Finding finding = finding(check);
        assertThat(finding.verdict()).as("%s", finding).isEqualTo(verdict);
        assertThat(finding.seen()).contains(seen);
        assertThat(finding.remedy()).isEqualTo(mend);
    }

    /** What the check of this name found, on the device or the system. */
    Finding finding(String check) {
        return Doctor.examine(sight(), List.of("eth0")).all().filter(finding -> finding.check().equals(check)).findFirst()
                .orElseThrow(() -> new AssertionError("nothing found about " + check));
    }

    @Override
    public List<String> addressed() {
        return List.of("eth0");
    }

    @Override
    public OptionalInt index(String device) {
        return device.equals("eth0") ? OptionalInt.of(7) : OptionalInt.empty();
    }

    @Override
    public Set<HardwareFilters.Filter> hardwareFilters(int index) {
        return filters.getOrDefault(index, Set.of());
    }

    @Override
    public Optional<XdpHook> xdp(int index) {
        return hook;
    }

    @Override
    public int sendingPrograms(int index) {
        return sendingPrograms;
    }

    @Override
    public List<DevlinkPort> ports() {
        return ports;
    }

    @Override
    public DevlinkAnswer<Eswitch> eswitch(DevlinkHandle card) {
        return eswitch;
    }

    @Override
    public DevlinkAnswer<String> parameter(DevlinkHandle card, String name) {
        return name.equals("flow_steering_mode") ? flowSteering : new DevlinkAnswer.Refused<>(22, "");
    }

    @Override
    public void close() {
        ports = List.of();
    }
}
