package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Refusal;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who uses which policy. The kernel holds one policy a selector, direction and mark, however many SAs and traps want
 * it: the one of the best user is installed, an SA before a trap, one that sends before one that does not yet, one of
 * this run before one of an earlier run, then the lower priority, then the newer. So a policy is always where the SA is that
 * packets are to take. A change is computed first and takes effect here when it is committed, after the kernel has accepted
 * its steps.
 */
final class PolicyLedger {
    private final Map<PolicyId, Entry> entries = new HashMap<>();
    private final Map<PolicyOwner, Set<PolicyId>> owned = new HashMap<>();
    private final Set<PolicyId> inSoftware = new LinkedHashSet<>();
    private final Set<PolicyId> inDevices = new LinkedHashSet<>();
    private final Set<PolicyId> marked = new LinkedHashSet<>();

    /** What a change asks of the kernel and what the ledger holds after it; a null entry is removed. */
    record Change(List<KernelStep> steps, Map<PolicyId, @Nullable Entry> after) {
    }

    /** @param waiting for its outbound SA: the policy stays with those that send, if there are any */
    record Use(PolicyOwner owner, PolicySpec spec, boolean waiting) {
    }

    /**
     * @param uses  best first, never empty
     * @param armed whether the acquire flag is wanted; it takes effect on an SA's outbound policy only, and never on one
     *              that is offloaded: Linux may then choose a state of another policy
     */
    record Entry(List<Use> uses, boolean armed) {
        PolicySpec installed() {
            Use best = uses.getFirst();
            boolean flag = armed && !best.owner().trap() && best.spec().id().direction() == PolicyId.Direction.OUT
                    && best.spec().offload() == null && !best.spec().templates().isEmpty();
            return (isHandedOver(best) ? best.spec().withAnyReqid() : best.spec()).withCpuAcquire(flag);
        }

        /** Packets still come by SAs of another number than those that have taken their place. */
        private boolean isHandedOver(Use best) {
            return best.spec().id().direction() != PolicyId.Direction.OUT && best.spec().offload() == null
                    && !best.owner().trap() && uses.stream().anyMatch(use -> !use.owner().trap()
                            && use.owner().name().equals(best.owner().name())
                            && use.spec().reqid() != 0 && use.spec().reqid() != best.spec().reqid());
        }

        Entry with(Use use) {
            List<Use> more = new ArrayList<>(List.of(use));
            more.addAll(uses);
            more.sort(BEST_FIRST);
            return new Entry(List.copyOf(more), armed);
        }

        Entry moving(PolicyOwner owner, IpAddress from, IpAddress to) {
            return new Entry(uses.stream().map(use -> use.owner().equals(owner)
                    ? new Use(owner, use.spec().moved(from, to), use.waiting()) : use).toList(), armed);
        }

        Entry awakening(PolicyOwner owner) {
            return uses.stream().filter(use -> use.owner().equals(owner) && use.waiting()).findFirst()
                    .map(use -> new Entry(uses.stream().filter(other -> other != use).toList(), armed)
                            .with(new Use(owner, use.spec(), false)))
                    .orElse(this);
        }

        @Nullable Entry without(PolicyOwner owner) {
            return only(uses.stream().filter(use -> !use.owner().equals(owner)).toList());
        }

        @Nullable Entry without(Predicate<PolicySpec> flushed) {
            return only(uses.stream().filter(use -> !flushed.test(use.spec())).toList());
        }

        private @Nullable Entry only(List<Use> left) {
            boolean sa = left.stream().anyMatch(use -> !use.owner().trap());
            return left.isEmpty() ? null : new Entry(left, armed && sa);
        }
    }

    Change adding(PolicyOwner owner, List<PolicySpec> policies) {
        return adding(owner, policies, false);
    }

    /** @param waiting until {@link #awakening}, since the outbound SA is still to come */
    Change adding(PolicyOwner owner, List<PolicySpec> policies, boolean waiting) {
        Map<PolicyId, @Nullable Entry> after = new LinkedHashMap<>();
        for (PolicySpec policy : policies) {
            Use use = new Use(owner, policy, waiting);
            Entry before = after.containsKey(policy.id()) ? after.get(policy.id()) : ofOthers(policy.id(), owner);
            after.put(policy.id(), before == null ? new Entry(List.of(use), false) : before.with(use));
        }
        return change(after);
    }

    /**
     * The owner sends from now on.
     *
     * @param more policies that were left out as long as it did not
     */
    Change awakening(PolicyOwner owner, List<PolicySpec> more) {
        Map<PolicyId, @Nullable Entry> after = new LinkedHashMap<>(adding(owner, more).after());
        for (PolicyId id : owned.getOrDefault(owner, Set.of())) {
            after.put(id, Objects.requireNonNullElseGet(after.get(id), () -> entry(id)).awakening(owner));
        }
        return change(after);
    }

    /** Whoever adds again what he has wants it once. */
    private @Nullable Entry ofOthers(PolicyId id, PolicyOwner owner) {
        Entry standing = entries.get(id);
        return standing == null || !owned.getOrDefault(owner, Set.of()).contains(id) ? standing : standing.without(owner);
    }

    /** These owners' states are between other hosts now: their templates ask for them there. */
    Change moving(Collection<PolicyOwner> owners, IpAddress from, IpAddress to) {
        Map<PolicyId, @Nullable Entry> after = new LinkedHashMap<>();
        for (PolicyOwner owner : owners) {
            for (PolicyId id : owned.getOrDefault(owner, Set.of())) {
                after.put(id, Objects.requireNonNullElseGet(after.get(id), () -> entry(id)).moving(owner, from, to));
            }
        }
        return change(after);
    }

    Change removing(PolicyOwner owner) {
        Map<PolicyId, @Nullable Entry> after = new LinkedHashMap<>();
        for (PolicyId id : owned.getOrDefault(owner, Set.of())) {
            after.put(id, entry(id).without(owner));
        }
        return change(after);
    }

    /** The kernel has removed these by itself: nobody wants them any more, and what they stood before takes their place. */
    Change flushing(Predicate<PolicySpec> flushed) {
        Map<PolicyId, @Nullable Entry> after = new LinkedHashMap<>();
        entries.forEach((id, entry) -> {
            if (flushed.test(entry.installed())) {
                after.put(id, entry.without(flushed));
            }
        });
        return change(after);
    }

    /** Who wants any of these, be another's installed or not. */
    Set<PolicyOwner> wanting(Predicate<PolicySpec> these) {
        return entries.values().stream().flatMap(entry -> entry.uses().stream()).filter(use -> these.test(use.spec()))
                .map(Use::owner).collect(Collectors.toSet());
    }

    /** Sets or clears the acquire flag. */
    Change arming(Collection<PolicyId> ids, boolean on) {
        Map<PolicyId, @Nullable Entry> after = new LinkedHashMap<>();
        for (PolicyId id : ids) {
            if (entries.containsKey(id)) {
                after.put(id, new Entry(entry(id).uses(), on));
            }
        }
        return change(after);
    }

    /** Replaces policies by themselves, which makes connected sockets look for their state anew. */
    Change refreshing(Collection<PolicyId> ids) {
        List<KernelStep> steps = ids.stream().filter(entries::containsKey)
                .map(id -> KernelStep.replace(entry(id).installed(), entry(id).installed())).toList();
        return new Change(steps, Map.of());
    }

    void commit(Change change) {
        change.after().forEach((id, entry) -> {
            Entry before = entry == null ? entries.remove(id) : entries.put(id, entry);
            note(id, entry);
            if (before != null) {
                before.uses().forEach(use -> forget(use.owner(), id));
            }
            if (entry != null) {
                entry.uses().forEach(use ->
                        owned.computeIfAbsent(use.owner(), _ -> new LinkedHashSet<>()).add(id));
            }
        });
    }

    /** Whose policy is in the kernel under this name. */
    Optional<PolicyOwner> owner(PolicyId id) {
        return Optional.ofNullable(entries.get(id)).map(entry -> entry.uses().getFirst().owner());
    }

    /** Everything that should be in the kernel. */
    List<PolicySpec> installed() {
        return entries.values().stream().map(Entry::installed).toList();
    }

    Optional<PolicySpec> installed(PolicyId id) {
        return Optional.ofNullable(entries.get(id)).map(Entry::installed);
    }

    /** Of these, those that lead to SAs in software, in or out. */
    Stream<PolicySpec> inSoftware() {
        return inSoftware.stream().map(id -> entry(id).installed());
    }

    Stream<PolicySpec> inSoftware(Collection<PolicyId> these) {
        return these.stream().filter(inSoftware::contains).map(id -> entry(id).installed());
    }

    /** Of these, those in packet offload. */
    Stream<PolicySpec> inDevices() {
        return inDevices.stream().map(id -> entry(id).installed());
    }

    /**
     * A device looks at neither marks nor interface ids: one that took both would send the packets of one to the peer of the
     * other.
     *
     * @return why one of these cannot be there: another means the same packets with another mark
     */
    Optional<Refusal> mixedUp(List<PolicySpec> policies) {
        return policies.stream().flatMap(policy -> Optional.ofNullable(policy.offload())
                .flatMap(offload -> mixedUpWith(policy.id(), offload.device()).map(other -> new Refusal(Rung.PACKET, offload.device(),
                        Refusal.Reason.UNSUPPORTED, offload.device() + " does not look at marks, and has policies of "
                        + other.name().child() + " with another mark for the same packets"))).stream()).findFirst();
    }

    private Optional<PolicyOwner> mixedUpWith(PolicyId id, String device) {
        Stream<PolicyId> unmarked = isMarked(id)
                ? Stream.of(new PolicyId(id.selector(), id.direction(), Mark.NONE, 0)) : Stream.empty();
        return Stream.concat(unmarked, marked.stream())
                .filter(other -> !other.equals(id) && other.selector().equals(id.selector())
                        && other.direction() == id.direction() && isOn(device, other))
                .findFirst().flatMap(this::owner);
    }

    private boolean isOn(String device, PolicyId id) {
        return installed(id).map(PolicySpec::offload).filter(offload -> offload.device().equals(device)).isPresent();
    }

    private static boolean isMarked(PolicyId id) {
        return id.mark().mask() != 0 || id.ifId() != 0;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** A device has none that forward, and beneath its own there are some without an SA, which are to stay there. */
    private void note(PolicyId id, @Nullable Entry entry) {
        boolean device = entry != null && entry.uses().getFirst().spec().offload() != null;
        boolean soft = entry != null && !device && id.direction() != PolicyId.Direction.FWD
                && !entry.uses().getFirst().spec().templates().isEmpty();
        note(inSoftware, id, soft);
        note(inDevices, id, device);
        note(marked, id, device && isMarked(id));
    }

    private static void note(Set<PolicyId> among, PolicyId id, boolean is) {
        if (is) {
            among.add(id);
        } else {
            among.remove(id);
        }
    }

    private void forget(PolicyOwner owner, PolicyId id) {
        owned.computeIfPresent(owner, (_, ids) -> {
            ids.remove(id);
            return ids.isEmpty() ? null : ids;
        });
    }

    private Change change(Map<PolicyId, @Nullable Entry> after) {
        List<KernelStep> steps = new ArrayList<>();
        after.forEach((id, entry) -> step(entries.get(id), entry).ifPresent(steps::add));
        return new Change(steps, after);
    }

    private static Optional<KernelStep> step(@Nullable Entry before, @Nullable Entry after) {
        if (before == null) {
            return after == null ? Optional.empty() : Optional.of(KernelStep.install(after.installed()));
        }
        if (after == null) {
            return Optional.of(KernelStep.remove(before.installed()));
        }
        return before.installed().equals(after.installed())
                ? Optional.empty()
                : Optional.of(KernelStep.replace(before.installed(), after.installed()));
    }

    private Entry entry(PolicyId id) {
        return Objects.requireNonNull(entries.get(id));
    }

    private static final Comparator<Use> BEST_FIRST =
            Comparator.<Use, Boolean>comparing(use -> use.owner().trap()).thenComparing(Use::waiting)
                    .thenComparing(use -> use.owner().isInherited()).thenComparing(use -> use.spec().priority());
}
