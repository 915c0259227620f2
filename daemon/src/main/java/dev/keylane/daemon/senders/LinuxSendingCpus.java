package dev.keylane.daemon.senders;

import dev.keylane.daemon.kernel.SendingCpus;
import dev.keylane.linux.LinuxException;
import dev.keylane.rtnetlink.Routes;
import dev.keylane.steering.program.SenderRecord;
import dev.keylane.steering.senders.SenderObserver;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** By a program where devices send. Each SA is watched on the devices that its packets may leave by. */
public final class LinuxSendingCpus implements SendingCpus {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final SenderObserver observer;
    private final Routes routes;
    private final EgressDevices devices;
    private final SequencedMap<SaId, Routes.Way> watched = new LinkedHashMap<>();
    private final Map<SaId, Set<Integer>> placed = new LinkedHashMap<>();
    private volatile Listener listener = (sa, cpu) -> { };

    private LinuxSendingCpus() {
        observer = SenderObserver.open(CAPACITY, this::heard);
        try {
            routes = new Routes();
        } catch (LinuxException refused) {
            observer.close();
            throw refused;
        }
        devices = new EgressDevices(observer, routes);
    }

    /** Where it cannot be done, that is said, and nobody watches. */
    public static SendingCpus open() {
        try {
            return new LinuxSendingCpus();
        } catch (LinuxException refused) {
            LOG.warn("CPUs that send are found by the kernel's acquires, which costs packets: {}", refused.getMessage());
            return SendingCpus.unobserved(refused.getMessage());
        }
    }

    @Override
    public Optional<String> reasonAgainst() {
        return Optional.empty();
    }

    @Override
    public void listen(Listener fresh) {
        listener = fresh;
    }

    /** On the observer's thread. */
    private void heard(SenderRecord sender) {
        listener.sends(SaId.esp(sender.destination(), sender.spi()), sender.cpu());
    }

    @Override
    public Optional<String> watch(SaSpec outbound) {
        if (!observer.isListening()) {
            return Optional.of(DEAF);
        }
        SaId id = key(outbound.id());
        Routes.Way way = way(outbound);
        Optional<String> failure = observer.watch(id.destination(), id.spi())
                .or(() -> place(id, routes.devices(List.of(way)).getFirst()));
        if (failure.isPresent()) {
            observer.unwatch(id.destination(), id.spi());
        } else {
            watched.put(id, way);
        }
        return failure;
    }

    /** Without a route there is nothing to watch yet: packets cannot leave. */
    private Optional<String> place(SaId id, Set<Integer> now) {
        for (int device : now) {
            Optional<String> failure = devices.attach(device);
            if (failure.isPresent()) {
                return failure;
            }
        }
        placed.put(id, now);
        return Optional.empty();
    }

    @Override
    public void unwatch(SaId outbound) {
        SaId id = key(outbound);
        observer.unwatch(id.destination(), id.spi());
        watched.remove(id);
        placed.remove(id);
    }

    @Override
    public void again(SaId outbound) {
        observer.again(outbound.destination(), outbound.spi());
    }

    @Override
    public Map<Integer, Long> packets(SaId outbound) {
        return observer.packets(outbound.destination(), outbound.spi());
    }

    @Override
    public List<String> devices() {
        return devices.names();
    }

    /** The longest unseen first, a bounded number at a time. */
    @Override
    public List<Lost> look() {
        if (!observer.isListening()) {
            return watched.keySet().stream().map(id -> new Lost(id, DEAF)).toList();
        }
        List<SaId> some = watched.keySet().stream().limit(LOOKED_AT).toList();
        List<Set<Integer>> found = routes.devices(some.stream().map(watched::get).toList());
        List<Lost> lost = new ArrayList<>();
        for (int i = 0; i < some.size(); i++) {
            SaId id = some.get(i);
            watched.putLast(id, watched.get(id));
            place(id, found.get(i)).ifPresent(reason -> lost.add(new Lost(id, reason)));
        }
        Set<Integer> used = new HashSet<>();
        placed.values().forEach(used::addAll);
        devices.keep(used);
        return lost;
    }

    private static Routes.Way way(SaSpec sa) {
        Mark mark = sa.options().setMark();
        return new Routes.Way(sa.source(), sa.id().destination(), mark.isSet() ? mark.value() : 0);
    }

    private static SaId key(SaId id) {
        return SaId.esp(id.destination(), id.spi());
    }

    @Override
    public void close() {
        observer.close();
        routes.close();
    }

    private static final String DEAF = "what the programs report is not read any more";
    private static final int CAPACITY = 1 << 16;
    private static final int LOOKED_AT = 256;
}
