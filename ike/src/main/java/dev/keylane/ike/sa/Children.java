package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The Child SAs of one IKE SA, found by number and by either SPI in constant time. */
final class Children {
    private final Map<Long, ChildSaView> byId = new LinkedHashMap<>(2);
    private final Map<Integer, Long> bySpiOut = new HashMap<>(2);
    private final Set<Long> terminated = new HashSet<>(0);
    private boolean allTerminated;
    private final EarlyDeletes early = new EarlyDeletes();
    private final PeerChildren peers;
    private final PeerChildren.Peer peer;

    /** @param peers where they count beside those of the peer's other IKE SAs */
    Children(PeerChildren peers, PeerChildren.Peer peer) {
        this.peers = peers;
        this.peer = peer;
    }

    void add(ChildSa child) {
        byId.put(child.id(), new ChildSaView(child, ChildSaView.State.INSTALLING, null, null, null));
        bySpiOut.put(child.terms().spiOut(), child.id());
        peers.added(peer, this);
    }

    void installed(long id, Instant now) {
        byId.computeIfPresent(id, (_, view) -> new ChildSaView(view.sa(), ChildSaView.State.INSTALLED, now,
                after(view.sa().config().lifetime().rekeyTime(), now),
                after(view.sa().config().lifetime().lifeTime(), now)));
    }

    /**
     * Gives all of them another path.
     *
     * @return as they are now
     */
    List<ChildSa> move(Path path) {
        byId.replaceAll((_, view) -> new ChildSaView(view.sa().on(path), view.state(), view.installed(),
                view.rekeyAt(), view.lifeEnd()));
        return byId.values().stream().map(ChildSaView::sa).toList();
    }

    /** Moves a child that is installed, or on its way out, to another state. */
    void enter(long id, ChildSaView.State state) {
        byId.computeIfPresent(id, (_, view) -> new ChildSaView(view.sa(), state, view.installed(), null,
                view.lifeEnd()));
    }

    Optional<ChildSaView> find(long id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** By the SPI the peer receives on, which is what its Delete and REKEY_SA payloads name. */
    Optional<ChildSaView> findByPeerSpi(int spi) {
        return Optional.ofNullable(bySpiOut.get(spi)).flatMap(this::find);
    }

    EarlyDeletes early() {
        return early;
    }

    void remove(ChildSa child) {
        if (byId.remove(child.id()) != null) {
            peers.removed(peer, this);
        }
        bySpiOut.remove(child.terms().spiOut(), child.id());
    }

    /** An operator closes this one: nobody is to bring it back. */
    void terminate(ChildSa child, Turn turn) {
        terminated.add(child.id());
        if (!child.resource().isBound()) {
            turn.context().wanted().renounce(child.connection(), child.name());
        }
    }

    /** An operator closes the IKE SA. */
    void terminateAll(Turn turn) {
        allTerminated = true;
        turn.context().wanted().renounce(turn.sa().connectionName());
    }

    /** One that has been removed was in use until now; if no other takes its place, it may be wanted again. */
    void lost(ChildSa child, Loss loss, Turn turn) {
        boolean asked = terminated.remove(child.id()) || allTerminated;
        if (!child.resource().isBound() && !hasStanding(child.name())) {
            turn.context().wanted().lost(child, asked ? Loss.TERMINATED : loss, turn);
        }
    }

    /** Whether there is, or is about to be, one that serves all CPUs. */
    boolean hasStanding(String name) {
        return byId.values().stream().anyMatch(view -> view.sa().name().equals(name)
                && !view.sa().resource().isBound() && isStanding(view.state()));
    }

    private static boolean isStanding(ChildSaView.State state) {
        return switch (state) {
            case CREATED, INSTALLING, INSTALLED, REKEYING -> true;
            case REKEYED, DELETING, DELETED -> false;
        };
    }

    Collection<ChildSaView> all() {
        return byId.values();
    }

    List<ChildSaView> views() {
        return List.copyOf(byId.values());
    }

    /** Whether what a child of one CPU is to send can go another way meanwhile: over the SA of all CPUs. */
    boolean hasOther(ChildSa child) {
        return child.resource().isBound() && unbound(child.name())
                .anyMatch(other -> other.terms().selectors().equals(child.terms().selectors()));
    }

    /** Whether there is an SA for all CPUs, or an ordinary one, that is not going away. */
    boolean hasUnbound(String name) {
        return unbound(name).findAny().isPresent();
    }

    private Stream<ChildSa> unbound(String name) {
        return byId.values().stream().filter(view -> view.installed() != null && view.state() != ChildSaView.State.DELETING)
                .map(ChildSaView::sa).filter(sa -> !sa.resource().isBound() && sa.name().equals(name));
    }

    /** What those of one configuration serve that count for limits and assignments: all but the ones going away. */
    List<Resource> resources(String name) {
        List<Resource> resources = new ArrayList<>(byId.size());
        for (ChildSaView view : byId.values()) {
            if (view.state() != ChildSaView.State.DELETING && view.sa().name().equals(name)) {
                resources.add(view.sa().resource());
            }
        }
        return resources;
    }

    /** What those with these selectors serve, but for the ones going away. */
    List<Resource> resources(String name, Selectors selectors) {
        return byId.values().stream().filter(view -> view.state() != ChildSaView.State.DELETING)
                .map(ChildSaView::sa).filter(sa -> sa.name().equals(name) && sa.terms().selectors().equals(selectors))
                .map(ChildSa::resource).toList();
    }

    /** What the peer's other IKE SAs have of these. */
    List<Resource> elsewhere(String name, Selectors selectors) {
        return peers.elsewhere(peer, this, name, selectors);
    }

    /** Whether the peer has enough, here and elsewhere. */
    boolean areEnough(boolean replaces) {
        return peers.isFull(peer, replaces);
    }

    private static @Nullable Instant after(Duration limit, Instant now) {
        return limit.isZero() ? null : now.plus(limit);
    }
}
