package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.KeyLoss;
import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Event;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Children whose SAs have gone out of the kernel unasked: with a device's link, or by somebody's hand. Their keys are
 * dead, since nobody knows how far a device has counted, and a nonce of AES-GCM must not come twice: they are
 * negotiated anew, never put back. Each is asked for as soon as the device that it would be on can be used;
 * {@link Backstop}s hold its packets until then.
 */
final class LostKeys {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final ChildInstaller children;
    private final Flushed flushed;
    private final OffloadReport report;
    private final LinkTable links;
    private final LostTraps traps;
    private final LinkPeers peers;
    private final Map<Long, LostChild> waiting = new LinkedHashMap<>();
    private final Map<String, Pace> paces = new HashMap<>();

    LostKeys(ChildInstaller children, Flushed flushed, OffloadReport report, LinkTable links, LostTraps traps,
             LinkPeers peers) {
        this.children = children;
        this.flushed = flushed;
        this.report = report;
        this.links = links;
        this.traps = traps;
        this.peers = peers;
    }

    void use(PolicyBook book) {
        traps.use(book);
    }

    boolean has(long child) {
        return waiting.containsKey(child);
    }

    /** One that might be lost some day. */
    void installed(InstalledChild child) {
        peers.met(child);
    }

    /** It has been replaced, or is not wanted any more. */
    void forget(long child) {
        peers.forget(child);
        waiting.remove(child);
    }

    List<Event> onLink(LinkChange change, Instant now) {
        boolean restored = links.on(change);
        switch (change.keys()) {
            case KEPT -> {
            }
            case LOST -> lose(change, on(change.names()), now);
            case UNKNOWN -> {
                List<InstalledChild> all = on(change.names());
                List<Absence> missing = flushed.missing(all);
                if (missing.size() < all.size()) {
                    // It was not the device that forgot them: what is there still needs its policies.
                    note(missing, now);
                } else if (!missing.isEmpty()) {
                    lose(change, all, now);
                }
            }
        }
        if (change.state() == LinkChange.State.GONE) {
            tellGone(change.names());
        }
        traps.sinceNews(now);
        if (restored) {
            peers.introduce(change.names());
        }
        waiting.replaceAll((_, lost) -> restored && change.names().contains(lost.device())
                ? lost.restored(now) : lost.sinceNews(now));
        return onTime(now);
    }

    /** The kernel has them no more, for whatever reason. */
    List<Event> missing(Collection<Absence> found, Instant now) {
        note(found, now);
        return onTime(now);
    }

    /**
     * A device does nothing by what it has, says the kernel: it may have forgotten it, and send in the clear what Linux
     * leaves to it. So Linux gets it back, until there are new keys.
     */
    List<Event> forgotten(String device, Instant now) {
        Set<String> names = Set.of(device);
        List<InstalledChild> gone = on(names).stream().filter(InstalledChild::packetOffload).toList();
        traps.lost(flushed.on(names, gone), names, now);
        gone.forEach(child -> add(child, new KeyLoss(device, KeyLoss.Reason.FORGOTTEN), now));
        LOG.warn("{}: taking out the SAs and policies that it may have forgotten, CHILD_SAs {} get new ones", device, names(gone));
        return onTime(now);
    }

    private void note(Collection<Absence> found, Instant now) {
        for (Absence absence : found) {
            if (!waiting.containsKey(absence.id())) {
                flushed.forget(absence);
                add(absence.child(), new KeyLoss(device(absence.child()), KeyLoss.Reason.MISSING), now);
            }
        }
        if (!found.isEmpty()) {
            LOG.warn("SAs of CHILD_SAs {} are not in the kernel any more", names(found.stream().map(Absence::child).toList()));
        }
    }

    /**
     * A packet has met the policy of a child that is up, and no SA: if its SAs are gone, it does not want one beside
     * them but others in their place.
     */
    Optional<List<Event>> instead(XfrmEvent.Acquire acquire, PolicyOwner owner, Instant now) {
        if (owner.trap() || acquire.cpu() != SaSpec.NO_CPU) {
            return Optional.empty();
        }
        List<InstalledChild> asked = children.all().stream().filter(child -> sendsBy(child, acquire.reqid())
                && child.child().connection().equals(owner.connection())).toList();
        List<Absence> missing = flushed.missing(asked.stream().filter(child -> !has(child.child().id())).toList());
        boolean known = asked.stream().anyMatch(child -> has(child.child().id()));
        return missing.isEmpty() && !known ? Optional.empty() : Optional.of(missing(missing, now));
    }

    /** A lane sends by a number of its own, and what its policy wants is that lane. */
    private static boolean sendsBy(InstalledChild child, int reqid) {
        return (child.isLane() ? child.pair().out().reqid() : child.reqid()) == reqid;
    }

    Optional<Instant> nextTimeout() {
        return Stream.concat(waiting.values().stream().map(LostChild::at), traps.nextTimeout().stream())
                .min(Instant::compareTo);
    }

    List<Event> onTime(Instant now) {
        LinkTable.Look look = links.look();
        traps.restore(look, now);
        waiting.keySet().removeIf(id -> children.find(id).isEmpty());
        Map<Long, Event> restored = new LinkedHashMap<>();
        List<Event> rekeyings = new ArrayList<>();
        List<InstalledChild> begun = new ArrayList<>();
        for (Map.Entry<Long, LostChild> entry : waiting.entrySet()) {
            LostChild lost = entry.getValue();
            if (lost.at().isAfter(now)) {
                continue;
            }
            InstalledChild child = children.find(entry.getKey()).orElseThrow();
            entry.setValue(next(child, lost, look, now));
            if (entry.getValue().asked() > lost.asked()) {
                if (lost.isJustRestored()) {
                    restored.putIfAbsent(child.child().ikeSa(), new Event.PathRestored(entry.getKey()));
                }
                rekeyings.add(new Event.RekeyChild(0, entry.getKey()));
                if (lost.asked() == 0) {
                    begun.add(child);
                }
            }
        }
        if (!begun.isEmpty()) {
            LOG.info("replacing CHILD_SAs {}", names(begun));
        }
        // What is under way to the peer goes first: it may be all that the peer's window has room for.
        List<Event> events = new ArrayList<>(restored.values());
        events.addAll(rekeyings);
        return events;
    }

    private LostChild next(InstalledChild child, LostChild lost, LinkTable.Look look, Instant now) {
        if (look.deviceFor(child.child()).isEmpty()) {
            return lost.later(now);
        }
        Instant mayAt = lost.asked() > 0 ? now : paces.computeIfAbsent(lost.device(), _ -> new Pace()).next(now);
        return mayAt.isAfter(now) ? lost.at(mayAt) : lost.again(now);
    }

    private void lose(LinkChange change, List<InstalledChild> gone, Instant now) {
        traps.lost(flushed.on(change.names(), gone), change.names(), now);
        KeyLoss.Reason reason = change.state() == LinkChange.State.GONE
                ? KeyLoss.Reason.UNREGISTERED : KeyLoss.Reason.LINK_DOWN;
        gone.forEach(child -> add(child, new KeyLoss(device(child), reason), now));
        if (!gone.isEmpty() && reason == KeyLoss.Reason.LINK_DOWN) {
            LOG.warn("{} was switched off: the keys in it are lost, CHILD_SAs {} wait until it can be used",
                    device(gone.getFirst()), names(gone));
        }
    }

    /** A device that is taken out is switched off first, so that its keys are lost already. */
    private void tellGone(Set<String> names) {
        List<InstalledChild> left = waiting.entrySet().stream()
                .filter(entry -> names.contains(entry.getValue().device()))
                .map(entry -> children.find(entry.getKey())).flatMap(Optional::stream).toList();
        if (!left.isEmpty()) {
            LOG.warn("{} is gone, CHILD_SAs {} go on where their configuration lets them", device(left.getFirst()),
                    names(left));
        }
    }

    private void add(InstalledChild child, KeyLoss loss, Instant now) {
        report.lost(loss);
        waiting.put(child.child().id(), LostChild.on(loss.device(), now));
    }

    private List<InstalledChild> on(Set<String> names) {
        return children.all().stream().filter(child -> !waiting.containsKey(child.child().id()))
                .filter(child -> names.contains(device(child))).toList();
    }

    private static String device(InstalledChild child) {
        return child.pair().in().offload() == null ? "" : child.pair().in().offload().device();
    }

    private static String names(Collection<InstalledChild> children) {
        return children.stream().limit(NAMED).map(child -> child.child().name() + "{" + child.child().id() + "}")
                .collect(Collectors.joining(", ", "", children.size() > NAMED ? ", ..." : ""));
    }

    /** Names in one line of the log. */
    private static final int NAMED = 8;
}
