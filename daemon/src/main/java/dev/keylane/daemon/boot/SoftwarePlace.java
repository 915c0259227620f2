package dev.keylane.daemon.boot;

import dev.keylane.daemon.kernel.WithoutEffect;
import dev.keylane.daemon.traffic.KernelReader;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.crypto.jca.SecureRandomSource;
import dev.keylane.linux.LinuxException;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.pcpu.CpuTopology;
import dev.keylane.xfrm.software.PacketSink;
import dev.keylane.xfrm.software.SoftwareSettings;
import dev.keylane.xfrm.software.SoftwareXfrm;
import dev.keylane.xfrm.software.SystemTimers;
import dev.keylane.xfrm.software.Wire;
import dev.keylane.xfrm.software.tun.TunDevice;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The embedded kernel: SAs in memory, ESP in this process and always in UDP. */
public final class SoftwarePlace implements KernelPlace {
    private final int cpus;
    private final Door door;
    private @Nullable SystemTimers timers;
    private @Nullable TunDevice tun;
    private @Nullable SoftwareXfrm opened;

    /** How packets come to and from the host. */
    public sealed interface Door {
        /** @param sink takes the packets that come out of tunnels */
        record InProcess(PacketSink sink) implements Door {
        }

        /**
         * A TUN device.
         *
         * @param required whether to refuse to start without it; otherwise packets are only counted then
         */
        record Tun(String name, boolean required) implements Door {
        }
    }

    public SoftwarePlace(int cpus, Door door) {
        this.cpus = cpus;
        this.door = door;
    }

    @Override
    public SoftwareXfrm open(Wire wire) throws IOException {
        timers = new SystemTimers();
        PacketSink sink = switch (door) {
            case Door.InProcess(PacketSink own) -> own;
            case Door.Tun device -> open(device);
        };
        opened = new SoftwareXfrm(SoftwareSettings.of(cpus, JcaCrypto::new, new SecureRandomSource(), timers), wire,
                sink);
        if (tun != null) {
            tun.start(opened);
        }
        return opened;
    }

    private PacketSink open(Door.Tun wanted) throws IOException {
        try {
            TunDevice device = TunDevice.open(wanted.name(), Math.min(cpus, MOST_QUEUES));
            LOG.info("TUN device {} with a queue for each of {} CPUs; its address, routes and MTU are the operator's",
                    device.name(), cpus);
            tun = device;
            return device;
        } catch (LinuxException | IllegalArgumentException refused) {
            if (wanted.required()) {
                throw new IOException("cannot have the TUN device " + wanted.name() + ": " + refused.getMessage(),
                        refused);
            }
            LOG.info("no TUN device ({}), packets that come out of tunnels are only counted", refused.getMessage());
            return packet -> { };
        }
    }

    /** The kernel once it is open, to send packets through. */
    public Optional<SoftwareXfrm> opened() {
        return Optional.ofNullable(opened);
    }

    /** Its tables may be read by any thread. */
    @Override
    public KernelReader reader() {
        SoftwareXfrm kernel = Objects.requireNonNull(opened);
        return () -> {
            Map<String, Long> lost = new LinkedHashMap<>();
            kernel.drops().forEach((reason, count) -> lost.put(reason.label(), count));
            return new KernelReader.Reading(kernel.dumpSas(), lost);
        };
    }

    @Override
    public Optional<String> reasonAgainstSteering() {
        return Optional.of(WithoutEffect.UNSTEERED);
    }

    @Override
    public CpuTopology topology() {
        return CpuTopology.of(CpuSet.first(cpus));
    }

    @Override
    public Duration acquireExpires() {
        return SoftwareSettings.ACQUIRE_EXPIRES;
    }

    @Override
    public boolean isLinux() {
        return false;
    }

    @Override
    public void close() {
        if (tun != null) {
            tun.close();
        }
        if (timers != null) {
            timers.close();
        }
    }

    private static final int MOST_QUEUES = 256;
    private static final Logger LOG = LoggerFactory.getLogger("KNL");
}
