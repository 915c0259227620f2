package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds devices that take SAs and encrypt nothing, or that have forgotten them: the kernel looks a policy up for packets
 * again and again, and the counters of the SAs behind it stand still. Drivers bring counters up to date within a second or
 * so, hence a doubt takes several looks. Packets that find no neighbour look the same, and are as lost.
 */
final class IdleCounters {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final KernelWriter writer;
    private final ChildInstaller children;
    private final OffloadReport report;
    private Map<PolicyId, Look> looks = new HashMap<>();
    private Instant next = Instant.MAX;

    /**
     * @param used    when a packet last looked the policy up
     * @param packets that its SAs have sent
     * @param idle    looks in a row that found the policy used and nothing sent
     */
    private record Look(long used, long packets, int idle) {
        Look then(long usedNow, long packetsNow) {
            boolean stands = usedNow > used && packetsNow == packets;
            return new Look(usedNow, packetsNow, stands ? idle + 1 : packetsNow == packets ? idle : 0);
        }
    }

    IdleCounters(KernelWriter writer, ChildInstaller children, OffloadReport report) {
        this.writer = writer;
        this.children = children;
        this.report = report;
    }

    /** A child was installed: from now on there may be something to look at. */
    void on(InstalledChild child, Instant now) {
        if (child.packetOffload() && next.equals(Instant.MAX)) {
            next = now.plus(PERIOD);
        }
    }

    Optional<Instant> nextTimeout() {
        return next.equals(Instant.MAX) ? Optional.empty() : Optional.of(next);
    }

    void onTime(Instant now) {
        if (next.isAfter(now)) {
            return;
        }
        Map<PolicyId, List<InstalledChild>> groups = groups();
        next = groups.isEmpty() ? Instant.MAX : now.plus(PERIOD);
        Map<PolicyId, Look> fresh = new HashMap<>();
        groups.forEach((policy, users) -> look(policy, users).ifPresent(look -> {
            fresh.put(policy, look);
            judge(users, look);
        }));
        looks = fresh;
    }

    private Map<PolicyId, List<InstalledChild>> groups() {
        Map<PolicyId, List<InstalledChild>> groups = new LinkedHashMap<>();
        for (InstalledChild child : children.all()) {
            if (child.packetOffload() && !child.outbound().isEmpty()
                    && (groups.size() < LOOKED_AT || groups.containsKey(child.outbound().getFirst()))) {
                groups.computeIfAbsent(child.outbound().getFirst(), _ -> new ArrayList<>()).add(child);
            }
        }
        return groups;
    }

    /** Empty when the kernel does not have all of it. */
    private Optional<Look> look(PolicyId policy, List<InstalledChild> users) {
        List<XfrmRequest> queries = new ArrayList<>(List.of(new XfrmRequest.GetPolicy(policy)));
        users.forEach(child -> queries.add(new XfrmRequest.GetSa(child.pair().out().id())));
        long used = 0;
        long packets = 0;
        for (XfrmAnswer answer : writer.submit(queries)) {
            switch (answer) {
                case XfrmAnswer.Policy(var info) -> used = info.lastUsed();
                case XfrmAnswer.Sa(var info) -> packets += info.counters().packets();
                // The outbound SA of a child may be still to come, or gone already.
                case XfrmAnswer.Refused _, XfrmAnswer.Done _ -> {
                }
            }
        }
        Look before = looks.get(policy);
        return used == 0 ? Optional.empty()
                : Optional.of(before == null ? new Look(used, packets, 0) : before.then(used, packets));
    }

    private void judge(List<InstalledChild> users, Look look) {
        if (look.idle() == DOUBTFUL) {
            InstalledChild first = users.getFirst();
            String device = first.grant().device();
            LOG.warn("{}: SAs in packet offload are used, but {} packets are all that {} has counted: it encrypts nothing, or "
                    + "has forgotten them (CHILD_SA {}{{}})", device, look.packets(), device, first.child().name(),
                    first.child().id());
            report.doubt(device);
        }
        boolean doubtful = look.idle() >= DOUBTFUL;
        for (InstalledChild child : users) {
            Grant grant = child.grant();
            if (grant.isDoubted() != doubtful) {
                children.regrant(child.child().id(), doubtful ? grant.doubted() : grant.trusted());
            }
        }
    }

    private static final Duration PERIOD = Duration.ofSeconds(3);
    private static final int DOUBTFUL = 3;
    /** Policies a round. */
    private static final int LOOKED_AT = 256;
}
