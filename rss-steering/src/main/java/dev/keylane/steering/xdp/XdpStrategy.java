package dev.keylane.steering.xdp;

import dev.keylane.bpf.BpfFs;
import dev.keylane.bpf.BpfMap;
import dev.keylane.bpf.BpfProgram;
import dev.keylane.bpf.MapShape;
import dev.keylane.bpf.XdpHook;
import dev.keylane.linux.Interfaces;
import dev.keylane.linux.LinuxException;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.Steering;
import dev.keylane.steering.SteeringStrategy;
import dev.keylane.steering.Strategy;
import dev.keylane.steering.program.ProgramMaps;
import dev.keylane.steering.program.SpiProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Steering by a program on the device's XDP hook; it works on every device, best where the driver runs programs. */
public final class XdpStrategy implements SteeringStrategy {
    private final XdpSettings settings;

    public XdpStrategy(XdpSettings settings) {
        this.settings = settings;
    }

    @Override
    public Strategy kind() {
        return Strategy.XDP;
    }

    @Override
    public Fitness examine(String device) {
        OptionalInt index = Interfaces.index(device);
        if (index.isEmpty()) {
            return Fitness.unfit(new Rejection.NoSuchDevice(device).text());
        }
        try {
            Path home = home(device);
            Optional<XdpHook> hook = XdpHook.on(index.getAsInt());
            if (hook.isPresent()) {
                return Files.exists(home.resolve(Attachment.LINK))
                        ? Fitness.fits("it runs " + hook.get() + ", pinned in " + home)
                        : Fitness.unfit(new Rejection.HookTaken(device, hook.get().toString()).text());
            }
            Optional<String> obstacle = BpfFs.obstacle(home);
            if (obstacle.isPresent()) {
                return Fitness.unfit(new Rejection.NoBpfFileSystem(home, obstacle.get()).text());
            }
            tryToLoad();
            return Fitness.fits("the kernel takes the program; native when the driver does, generic otherwise"
                    + (BpfFs.isBpf(home) ? "" : "; " + BpfFs.MOUNT_POINT + " is not mounted yet, the daemon will try"));
        } catch (LinuxException refused) {
            return Fitness.unfit(refused.getMessage());
        }
    }

    /** Without a device, and with maps that go at once. */
    private void tryToLoad() {
        Map<String, BpfMap> maps = new HashMap<>();
        try {
            shapes().forEach((name, shape) -> maps.put(name, BpfMap.create("keylane_probe", shape)));
            BpfProgram.load(SpiProgram.code(settings.encapPort()), BpfProgram.Place.DEVICE, false, maps::get).close();
        } finally {
            maps.values().forEach(BpfMap::close);
        }
    }

    @Override
    public Outcome<Steering> attach(String device) {
        return Attachment.make(device, home(device), shapes(), maps -> SpiProgram.code(settings.encapPort()),
                attachment -> new XdpSteering(attachment, settings));
    }

    @Override
    public Set<String> left() {
        return settings.homes("esp").entrySet().stream()
                .filter(home -> Files.exists(home.getValue().resolve(Attachment.LINK))).map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    private Path home(String device) {
        return settings.home("esp", device);
    }

    private Map<String, MapShape> shapes() {
        return Map.of(ProgramMaps.SAS, ProgramMaps.sas(settings.capacity()), ProgramMaps.CPUS, CpuQueues.shape(),
                ProgramMaps.VERDICTS, ProgramMaps.verdicts());
    }
}
