package dev.keylane.steering.senders;

import dev.keylane.bpf.BpfMap;
import dev.keylane.bpf.BpfProgram;
import dev.keylane.bpf.RingBuffer;
import dev.keylane.bpf.RingListener;
import dev.keylane.bpf.TcxLink;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.Errno;
import dev.keylane.linux.LinuxException;
import dev.keylane.steering.program.ProgramMaps;
import dev.keylane.steering.program.SaKey;
import dev.keylane.steering.program.SenderEntry;
import dev.keylane.steering.program.SenderProgram;
import dev.keylane.steering.program.SenderRecord;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells which CPUs send over watched SAs, on the devices it is attached to. Not for use by several threads at once; what
 * it hears it tells on a thread of its own.
 */
public final class SenderObserver implements AutoCloseable {
    private final List<Integer> possible = Cpus.possible();
    private final BpfMap senders;
    private final RingListener listener;
    private final Map<SenderProgram.Link, BpfProgram> programs = new EnumMap<>(SenderProgram.Link.class);
    private final Map<Integer, TcxLink> links = new HashMap<>();

    private SenderObserver(BpfMap senders, RingBuffer reports, Map<SenderProgram.Link, BpfProgram> programs,
                           Consumer<SenderRecord> sink) {
        this.senders = senders;
        this.programs.putAll(programs);
        this.listener = new RingListener("keylane-senders", reports,
                octets -> sink.accept(SenderRecord.read(octets)));
    }

    /**
     * @param capacity SAs that can be watched at the same time
     * @param sink     hears of a CPU's first packet, on a thread of ours
     * @throws LinuxException when the kernel does not let us
     */
    public static SenderObserver open(int capacity, Consumer<SenderRecord> sink) {
        BpfMap senders = BpfMap.createSparse("keylane_senders", ProgramMaps.senders(capacity));
        Map<SenderProgram.Link, BpfProgram> programs = new EnumMap<>(SenderProgram.Link.class);
        try {
            RingBuffer reports = new RingBuffer("keylane_reports", REPORTS_OCTETS);
            try {
                for (SenderProgram.Link link : SenderProgram.Link.values()) {
                    programs.put(link, BpfProgram.load(SenderProgram.code(link), BpfProgram.Place.EGRESS, false,
                            name -> name.equals(ProgramMaps.SENDERS) ? senders : reports.map()));
                }
                return new SenderObserver(senders, reports, programs, sink);
            } catch (LinuxException refused) {
                reports.close();
                throw refused;
            }
        } catch (LinuxException refused) {
            programs.values().forEach(BpfProgram::close);
            senders.close();
            throw refused;
        }
    }

    /** Whether what CPUs send is heard of yet. */
    public boolean isListening() {
        return listener.isListening();
    }

    /** From now on each CPU's first packet over this SA is told; why not, when it cannot be. */
    public Optional<String> watch(IpAddress destination, int spi) {
        int answer = senders.putNew(SaKey.of(destination, spi), SenderEntry.fresh(possible.size()));
        return answer == 0 || answer == -Errno.EEXIST ? Optional.empty()
                : Optional.of("SA %08x to %s cannot be watched: %s".formatted(spi, destination, Errno.name(-answer)));
    }

    public void unwatch(IpAddress destination, int spi) {
        senders.remove(SaKey.of(destination, spi));
    }

    /** CPUs that were told already are told once more when they go on sending. */
    public void again(IpAddress destination, int spi) {
        byte[] key = SaKey.of(destination, spi);
        byte[] values = senders.get(key, possible.size());
        if (values != null) {
            senders.put(key, SenderEntry.again(values));
        }
    }

    /** Packets of the CPUs that sent any over this SA since it is watched. */
    public Map<Integer, Long> packets(IpAddress destination, int spi) {
        byte[] values = senders.get(SaKey.of(destination, spi), possible.size());
        return values == null ? Map.of() : SenderEntry.packets(values, possible);
    }

    /**
     * Does nothing where it is attached already.
     *
     * @return why it could not be
     */
    public Optional<String> attach(int device, SenderProgram.Link link) {
        if (isAttached(device)) {
            return Optional.empty();
        }
        return switch (TcxLink.attach(programs.get(link), device)) {
            case TcxLink.Attempt.Attached(TcxLink attached) -> {
                links.put(device, attached);
                yield Optional.empty();
            }
            case TcxLink.Attempt.Failed(int errno) -> Optional.of("no program can be put where device " + device
                    + " sends: " + Errno.name(errno) + (errno == Errno.EINVAL ? " (it needs Linux 6.6)" : ""));
        };
    }

    /** False also when the device has gone. */
    public boolean isAttached(int device) {
        TcxLink link = links.get(device);
        if (link != null && link.deviceIndex() == 0) {
            detach(device);
            return false;
        }
        return link != null;
    }

    public void detach(int device) {
        TcxLink link = links.remove(device);
        if (link != null) {
            link.close();
        }
    }

    public Set<Integer> devices() {
        return Set.copyOf(links.keySet());
    }

    @Override
    public void close() {
        devices().forEach(this::detach);
        programs.values().forEach(BpfProgram::close);
        listener.close();
        senders.close();
    }

    /** Two thousand reports at once; those for which there is no room come with the next packet. */
    private static final int REPORTS_OCTETS = 1 << 16;
}
