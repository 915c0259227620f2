package dev.keylane.steering.xdp;

import dev.keylane.bpf.BpfMap;
import dev.keylane.linux.Errno;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeredSa;
import dev.keylane.steering.Steering;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.steering.Strategy;
import dev.keylane.steering.Verdict;
import dev.keylane.steering.program.ProgramMaps;
import dev.keylane.steering.program.SaEntry;
import dev.keylane.steering.program.SaKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A device with {@link dev.keylane.steering.program.SpiProgram} on it. */
final class XdpSteering implements Steering {
    private final Attachment attachment;
    private final XdpSettings settings;
    private final BpfMap sas;
    private final CpuQueues queues;

    XdpSteering(Attachment attachment, XdpSettings settings) {
        this.attachment = attachment;
        this.settings = settings;
        this.sas = attachment.map(ProgramMaps.SAS);
        this.queues = new CpuQueues(attachment.map(ProgramMaps.CPUS), settings.queueSize());
    }

    @Override
    public Optional<Rejection> steer(SteeredSa sa, int cpu) {
        return unfit(sa).or(this::gone).or(() -> queues.open(cpu)).or(() -> enter(SaKey.of(sa), cpu));
    }

    private Optional<Rejection> unfit(SteeredSa sa) {
        if (sa.offload() != SteeredSa.Offload.NONE) {
            return Optional.of(new Rejection.Offloaded(sa.offload()));
        }
        if (sa.spi() >= 0 && sa.spi() < 256) {
            return Optional.of(new Rejection.ReservedSpi(sa.spi()));
        }
        int port = sa.encapPort().orElse(settings.encapPort());
        return port == settings.encapPort() ? Optional.empty()
                : Optional.of(new Rejection.OtherPort(port, settings.encapPort()));
    }

    private Optional<Rejection> gone() {
        return attachment.holds() ? Optional.empty() : Optional.of(new Rejection.DeviceGone(attachment.device()));
    }

    private Optional<Rejection> enter(byte[] key, int cpu) {
        byte[] before = sas.get(key);
        long packets = before == null ? 0 : SaEntry.read(before).packets();
        int error = sas.put(key, new SaEntry(cpu, packets).octets());
        return error == -Errno.E2BIG
                ? Optional.of(new Rejection.TableFull(attachment.device(), sas.shape().maxEntries()))
                : refused(error);
    }

    @Override
    public Optional<Rejection> unsteer(SteeredSa sa) {
        int error = sas.remove(SaKey.of(sa));
        return error == -Errno.ENOENT ? Optional.empty() : refused(error);
    }

    private Optional<Rejection> refused(int error) {
        return error == 0 ? Optional.empty()
                : Optional.of(new Rejection.Refused(attachment.device() + ": " + Errno.name(-error)));
    }

    @Override
    public Map<Verdict, Long> verdicts() {
        return VerdictCounters.read(attachment.map(ProgramMaps.VERDICTS));
    }

    @Override
    public int capacity() {
        return sas.shape().maxEntries();
    }

    @Override
    public SteeringStatus status() {
        List<SteeringStatus.Entry> entries = entries();
        int capacity = capacity();
        return new SteeringStatus(attachment.device(), Strategy.XDP, attachment.mode(), capacity, entries,
                verdicts(),
                entries.size() < capacity ? List.of()
                        : List.of(new Rejection.TableFull(attachment.device(), capacity).text()));
    }

    private List<SteeringStatus.Entry> entries() {
        List<SteeringStatus.Entry> entries = new ArrayList<>();
        sas.forEach((key, value) -> {
            SaEntry entry = SaEntry.read(value);
            entries.add(new SteeringStatus.Entry(SaKey.address(key), SaKey.spi(key), entry.cpu(), entry.packets()));
        });
        entries.sort(Comparator.comparingInt(SteeringStatus.Entry::cpu).thenComparingInt(SteeringStatus.Entry::spi));
        return entries;
    }

    @Override
    public void detach() {
        attachment.detach();
    }

    @Override
    public void close() {
        attachment.close();
    }
}
