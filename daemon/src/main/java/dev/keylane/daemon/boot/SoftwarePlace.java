package dev.keylane.daemon.boot;

import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.crypto.jca.SecureRandomSource;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.software.PacketSink;
import dev.keylane.xfrm.software.SoftwareSettings;
import dev.keylane.xfrm.software.SoftwareXfrm;
import dev.keylane.xfrm.software.SystemTimers;
import dev.keylane.xfrm.software.Wire;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The embedded kernel: SAs in memory, ESP in this process and always in UDP. */
public final class SoftwarePlace implements KernelPlace {
    private final int cpus;
    private final PacketSink sink;
    private @Nullable SoftwareXfrm opened;

    /**
     * @param sink takes the packets that come out of tunnels
     */
    public SoftwarePlace(int cpus, PacketSink sink) {
        this.cpus = cpus;
        this.sink = sink;
    }

    @Override
    public SoftwareXfrm open(Wire wire) {
        opened = new SoftwareXfrm(SoftwareSettings.of(cpus, JcaCrypto::new, new SecureRandomSource(),
                new SystemTimers()), wire, sink);
        return opened;
    }

    /** The kernel once it is open, to send packets through. */
    public Optional<SoftwareXfrm> opened() {
        return Optional.ofNullable(opened);
    }

    @Override
    public CpuSet online() {
        return CpuSet.first(cpus);
    }

    @Override
    public Duration acquireExpires() {
        return SoftwareSettings.ACQUIRE_EXPIRES;
    }

    @Override
    public boolean isLinux() {
        return false;
    }
}
