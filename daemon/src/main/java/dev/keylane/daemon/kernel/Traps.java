package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Refusal;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * Policies that wait for traffic, and those of PASS and DROP children, which no SA stands behind. A trap never has the
 * acquire flag, also for a per-CPU child: its first packet must bring up the SA that serves every CPU.
 */
final class Traps {
    private final KernelWriter writer;
    private final PolicyLedger ledger;
    private final Shadowed shadowed;
    private final Reqids reqids;
    private final OffloadLadder ladder;
    private final HostNetwork network;
    private final LongSupplier ids;
    private final Map<Name, Trap> traps = new LinkedHashMap<>();
    private long lastShunt;

    private record Name(String connection, String child) {
    }

    private record Trap(PolicyOwner owner, TrapView view) {
    }

    private record Outer(IpAddress local, IpAddress remote) {
    }

    Traps(KernelWriter writer, PolicyLedger ledger, Reqids reqids, OffloadLadder ladder, HostNetwork network,
          LongSupplier ids) {
        this.writer = writer;
        this.ledger = ledger;
        this.shadowed = new Shadowed(writer, ledger);
        this.reqids = reqids;
        this.ladder = ladder;
        this.network = network;
        this.ids = ids;
    }

    Optional<String> install(Connection connection, ChildConfig child) {
        uninstall(connection.name(), child.name());
        return restore(connection, child);
    }

    /** As {@link #install}, but what is there stays when it fails. */
    Optional<String> restore(Connection connection, ChildConfig child) {
        OptionalInt ifindex = ladder.ifindex(child.kernel());
        if (ifindex.isEmpty()) {
            return Optional.of("interface '" + child.kernel().device() + "' not found");
        }
        if (isShunt(child)) {
            return install(connection, child, shuntSelectors(child), new Outer(IpAddress.ANY_V4, IpAddress.ANY_V4),
                    ifindex.getAsInt());
        }
        Optional<IpAddress> remote = connection.endpoints().firstRemote();
        if (remote.isEmpty()) {
            return Optional.of("installing trap failed, remote address unknown");
        }
        Optional<IpAddress> local = InitialPath.local(connection.endpoints(), remote.get(), network);
        if (local.isEmpty()) {
            return Optional.of("installing trap failed, local address unknown");
        }
        Outer outer = new Outer(local.get(), remote.get());
        Selectors selectors = new Selectors(resolve(child.localTs(), outer.local()),
                resolve(child.remoteTs(), outer.remote()));
        return install(connection, child, selectors, outer, ifindex.getAsInt());
    }

    boolean uninstall(String connection, String child) {
        Trap trap = traps.remove(new Name(connection, child));
        if (trap == null) {
            return false;
        }
        PolicyLedger.Change change = ledger.removing(trap.owner());
        writer.remove(change.steps());
        ledger.commit(change);
        release(trap.view());
        return true;
    }

    List<TrapView> views() {
        return traps.values().stream().map(Trap::view).toList();
    }

    /** Whose trap asks for states of this number. */
    Optional<PolicyOwner> owner(int reqid) {
        return traps.values().stream().filter(trap -> trap.view().reqid() == reqid).map(Trap::owner).findFirst();
    }

    private Optional<String> install(Connection connection, ChildConfig child, Selectors selectors, Outer outer,
                                     int ifindex) {
        Trap standing = traps.get(new Name(connection.name(), child.name()));
        TrapView view = standing == null ? view(connection, child, selectors) : standing.view();
        PolicyOwner owner = new PolicyOwner(view.id(), true, connection.name(), child.name());
        Optional<String> failure = Optional.of("no policy fits the traffic selectors");
        for (Optional<SaSpec.Offload> offload : rungs(child, outer)) {
            List<PolicySpec> policies = new PolicyDemand(child.mode(), selectors, outer.local(), outer.remote(),
                    view.reqid(), child.kernel(), ifindex, offload.filter(SaSpec.Offload::packet).orElse(null),
                    priority(child)).policies();
            writer.number(view.reqid(), owner.name());
            Optional<Refusal> mixed = ledger.mixedUp(policies);
            if (mixed.isPresent()) {
                failure = mixed.map(Refusal::words);
                continue;
            }
            failure = policies.isEmpty() ? failure : install(owner, policies);
            if (failure.isEmpty()) {
                traps.put(new Name(connection.name(), child.name()), new Trap(owner, view));
                return failure;
            }
        }
        if (standing == null) {
            release(view);
        }
        return failure;
    }

    private TrapView view(Connection connection, ChildConfig child, Selectors selectors) {
        if (isShunt(child)) {
            return new TrapView(--lastShunt, connection.name(), child, 0, selectors);
        }
        int reqid = reqids.lease(connection.name(), child.name(), selectors, child.kernel().reqid());
        return new TrapView(ids.getAsLong(), connection.name(), child, reqid, selectors);
    }

    private Optional<String> install(PolicyOwner owner, List<PolicySpec> policies) {
        PolicyLedger.Change change = ledger.adding(owner, policies);
        Optional<String> failure = writer.install(change.steps());
        if (failure.isEmpty()) {
            shadowed.commit(change);
        }
        return failure;
    }

    /** A shunt is offloaded only where its interface is named: no SA tells which it could be. */
    private List<Optional<SaSpec.Offload>> rungs(ChildConfig child, Outer outer) {
        return isShunt(child) && child.kernel().device().isEmpty()
                ? List.of(Optional.empty())
                : ladder.rungs(child.kernel(), outer.local());
    }

    private void release(TrapView view) {
        if (!isShunt(view.child())) {
            reqids.release(view.connection(), view.child().name(), view.selectors(), view.reqid());
        }
    }

    private static List<TrafficSelector> resolve(List<TsPattern> patterns, IpAddress address) {
        return patterns.stream().map(pattern -> pattern.resolve(address)).toList();
    }

    /** A shunt has no peer, so {@code dynamic} is every address of both families. */
    private static Selectors shuntSelectors(ChildConfig child) {
        return new Selectors(everywhere(child.localTs()), everywhere(child.remoteTs()));
    }

    private static List<TrafficSelector> everywhere(List<TsPattern> patterns) {
        List<TrafficSelector> selectors = new ArrayList<>();
        for (TsPattern pattern : patterns) {
            if (pattern.isDynamic()) {
                selectors.add(whole(pattern, IpAddress.ANY_V4));
                selectors.add(whole(pattern, IpAddress.ANY_V6));
            } else {
                selectors.add(pattern.resolve(IpAddress.ANY_V4));
            }
        }
        return selectors;
    }

    private static TrafficSelector whole(TsPattern pattern, IpAddress any) {
        return new TrafficSelector(pattern.protocol(), pattern.startPort(), pattern.endPort(), any,
                any.withHostBits(0, true));
    }

    private static boolean isShunt(ChildConfig child) {
        return child.mode() == ChildConfig.Mode.PASS || child.mode() == ChildConfig.Mode.DROP;
    }

    private static PolicyPriority priority(ChildConfig child) {
        return switch (child.mode()) {
            case PASS -> PolicyPriority.PASS;
            case DROP -> PolicyPriority.DROP;
            case TUNNEL, TRANSPORT -> PolicyPriority.TRAP;
        };
    }
}
