package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmKernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sorts what the journal names and the kernel still has, when all of its name fits, by child and peer. What belongs to no
 * child is removed; the rest is for others to keep.
 */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final Map<Integer, Set<ChildName>> names = new HashMap<>();
    private final Map<Place, Left> places = new LinkedHashMap<>();
    private final Set<IpAddress> peers = new HashSet<>();

    /** @param peer null for policies without SAs, which serve all */
    private record Place(int reqid, @Nullable IpAddress peer) {
    }

    /** @param orphans by device, SAs that no child is known of, which have been removed */
    record Sorted(List<Legacy> legacies, Map<String, Long> orphans) {
    }

    private record Left(List<SaInfo> out, List<SaInfo> in, List<PolicySpec> policies) {
        Left() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        /** Whether it is about packets that are sent here, or about their answers. */
        boolean isAkin(PolicySpec other) {
            return policies.stream().filter(policy -> policy.id().direction() == PolicyId.Direction.OUT)
                    .map(policy -> policy.id().selector()).anyMatch(out -> joins(out, other.id().selector())
                            || joins(out, other.id().selector().reversed()));
        }

        private static boolean joins(Selector one, Selector other) {
            return one.source().equals(other.source()) && one.sourcePrefix() == other.sourcePrefix()
                    && one.destination().equals(other.destination())
                    && one.destinationPrefix() == other.destinationPrefix();
        }
    }

    static Sorted take(XfrmKernel kernel, OwnedState owned, KernelWriter writer) {
        Set<Owned> stale = owned.live();
        return stale.isEmpty() ? new Sorted(List.of(), Map.of()) : new Leftovers().sort(kernel, owned, stale, writer);
    }

    private Sorted sort(XfrmKernel kernel, OwnedState owned, Set<Owned> stale, KernelWriter writer) {
        Set<Owned> there = new HashSet<>();
        List<PolicySpec> unnumbered = new ArrayList<>();
        kernel.dumpPolicies().stream().filter(policy -> stale.contains(Owned.of(policy))).forEach(policy -> {
            there.add(Owned.of(policy));
            if (policy.spec().templates().isEmpty() || policy.spec().reqid() != 0) {
                place(policy.spec());
            } else {
                unnumbered.add(policy.spec());
            }
        });
        unnumbered.forEach(this::placeUnnumbered);
        placeBackstops();
        for (SaInfo sa : kernel.dumpSas()) {
            if (!sa.larval() && stale.contains(Owned.of(sa)) && there.add(Owned.of(sa))) {
                place(sa);
            }
        }
        owned.numbers().forEach(number ->
                names.computeIfAbsent(number.reqid(), _ -> new HashSet<>()).add(number.name()));
        List<Owned> gone = stale.stream().filter(entry -> !there.contains(entry)).toList();
        owned.remove(gone);
        tellGone(gone);
        takeBypasses(writer);
        return legacies(writer);
    }

    /** Linux takes away what a device has when that is switched off or goes, with the machine that had it perhaps. */
    private static void tellGone(List<Owned> gone) {
        gone.stream().filter(entry -> entry instanceof Owned.Sa && !entry.device().isEmpty())
                .collect(Collectors.groupingBy(Owned::device, TreeMap::new, Collectors.counting()))
                .forEach((device, sas) -> LOG.info("{} SAs of an earlier run were asked of {}, and are in the kernel no more",
                        sas, device));
    }

    private void place(SaInfo sa) {
        boolean in = isInbound(sa);
        Left left = at(new Place(sa.reqid(), in ? sa.source() : sa.id().destination()));
        (in ? left.in() : left.out()).add(sa);
    }

    /** Linux before 6.10 does not keep the direction. */
    private boolean isInbound(SaInfo sa) {
        return sa.direction() == null ? !peers.contains(sa.id().destination())
                : sa.direction() == SaSpec.Direction.IN;
    }

    private void place(PolicySpec policy) {
        if (policy.templates().isEmpty()) {
            at(SHARED).policies().add(policy);
        } else {
            peers.add(peer(policy));
            at(new Place(policy.reqid(), peer(policy))).policies().add(policy);
        }
    }

    /**
     * It lets packets pass on their way out, or in by SAs of two numbers, as when some were just taking others' place: it
     * goes with the policy that they, or the packets they answer, are sent by.
     */
    private void placeUnnumbered(PolicySpec policy) {
        IpAddress peer = peer(policy);
        places.entrySet().stream().filter(place -> peer.equals(place.getKey().peer()) && place.getValue().isAkin(policy))
                .map(Map.Entry::getValue).findFirst().orElseGet(() -> at(new Place(0, peer))).policies().add(policy);
    }

    /** What holds packets back when a device forgets a policy goes with that policy, and not before. */
    private void placeBackstops() {
        Map<PolicyId, PolicySpec> untaken = new HashMap<>();
        List<PolicySpec> shared = places.containsKey(SHARED) ? at(SHARED).policies() : List.of();
        shared.forEach(policy -> untaken.put(policy.id(), policy));
        Set<PolicySpec> taken = new HashSet<>();
        places.forEach((place, left) -> {
            if (place.peer() != null) {
                Set<PolicySpec> theirs = left.policies().stream().flatMap(Leftovers::beneath)
                        .map(policy -> untaken.get(policy.id())).filter(Objects::nonNull).collect(Collectors.toSet());
                left.policies().addAll(theirs);
                taken.addAll(theirs);
            }
        });
        unshare(taken);
    }

    private static Stream<PolicySpec> beneath(PolicySpec policy) {
        Template ends = policy.templates().getFirst();
        return Backstop.beneath(policy, ends.source(), ends.destination()).stream();
    }

    /** So does what lets IKE pass beside policies in hardware, which the writer sees to. */
    private void takeBypasses(KernelWriter writer) {
        List<PolicySpec> kept = places.entrySet().stream().filter(place -> names.containsKey(place.getKey().reqid()))
                .flatMap(place -> place.getValue().policies().stream()).toList();
        unshare(writer.inherit(kept, places.containsKey(SHARED) ? at(SHARED).policies() : List.of()));
    }

    private void unshare(Set<PolicySpec> taken) {
        if (places.containsKey(SHARED) && at(SHARED).policies().removeAll(taken) && at(SHARED).policies().isEmpty()) {
            places.remove(SHARED);
        }
    }

    private static IpAddress peer(PolicySpec policy) {
        Template template = policy.templates().getFirst();
        boolean out = policy.id().direction() == PolicyId.Direction.OUT || template.optional();
        return out ? template.destination() : template.source();
    }

    private Left at(Place place) {
        return places.computeIfAbsent(place, _ -> new Left());
    }

    private Sorted legacies(KernelWriter writer) {
        List<Legacy> legacies = new ArrayList<>();
        List<KernelStep> orphans = new ArrayList<>();
        Map<String, Long> devices = new HashMap<>();
        places.forEach((place, left) -> {
            Optional<Set<ChildName>> known = place.peer() == null
                    ? Optional.of(Set.of(SHUNTS)) : Optional.ofNullable(names.get(place.reqid()));
            known.ifPresentOrElse(of -> legacies.add(new Legacy(
                    PolicyOwner.inherited(legacies.size() + 1, of.iterator().next()), of, place.reqid(), place.peer(),
                    left.out(), left.in(), left.policies())), () -> {
                        left.policies().forEach(policy -> orphans.add(KernelStep.remove(policy)));
                        left.out().forEach(sa -> orphans.add(KernelStep.remove(sa)));
                        left.in().forEach(sa -> orphans.add(KernelStep.remove(sa)));
                        Stream.concat(left.out().stream(), left.in().stream())
                                .forEach(sa -> devices.merge(Owned.device(sa.offload()), 1L, Long::sum));
                    });
        });
        if (!orphans.isEmpty()) {
            writer.remove(orphans);
            LOG.info("removed {} SAs and policies an earlier run left behind, which no child is known of", orphans.size());
        }
        return new Sorted(legacies, devices);
    }

    private static final Place SHARED = new Place(0, null);
    private static final ChildName SHUNTS = new ChildName("", "");
}
