package dev.keylane.daemon.control;

import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.TsPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides what a change of configuration means. Start actions of what is gone or different are undone and those of
 * what is new or different are run; what stayed the same is left alone, and so are its SAs.
 */
public final class Reload {
    private static final Endpoints NOWHERE = new Endpoints(List.of(), List.of(), 0, 0);

    private Reload() {
    }

    public static ConfigChange added(Connection connection) {
        return new ConfigChange("added vici connection: " + connection.name(),
                starts(connection.name(), connection.children()));
    }

    public static ConfigChange removed(Connection connection) {
        return new ConfigChange("removed vici connection: " + connection.name(),
                stops(connection.name(), connection.children()));
    }

    /**
     * Both have the same name. A changed peer means everything anew; otherwise only changed children count. One whose host
     * name has come to another address is the same, as with strongSwan, but for traps that mean the address; where it had
     * none, nothing has been started yet.
     */
    public static ConfigChange changed(Connection old, Connection next) {
        boolean samePeer = alone(old).equals(alone(next)) && old.endpoints().isWrittenAs(next.endpoints());
        boolean found = old.endpoints().waits() && !next.endpoints().waits();
        List<ConfigAction> actions = new ArrayList<>(stops(old.name(),
                samePeer ? missingFrom(next, old.children()) : old.children()));
        actions.addAll(starts(next.name(), samePeer && !found ? missingFrom(old, next.children()) : next.children()));
        if (samePeer && !found && hasMoved(old.endpoints(), next.endpoints())) {
            next.children().stream().filter(child -> child.actions().startTrap() && trapsAddress(child)
                            && old.child(child.name()).equals(Optional.of(child)))
                    .forEach(child -> actions.add(new ConfigAction.Install(next.name(), child.name())));
        }
        return new ConfigChange((samePeer ? "updated" : "replaced") + " vici connection: " + next.name(), actions);
    }

    private static boolean hasMoved(Endpoints old, Endpoints next) {
        return !old.firstRemote().equals(next.firstRemote()) || !old.firstLocal().equals(next.firstLocal());
    }

    /** Whether packets to and from the new address would pass the trap of the old one, and leave in the clear. */
    private static boolean trapsAddress(ChildConfig child) {
        return switch (child.mode()) {
            case TUNNEL, TRANSPORT -> Stream.concat(child.localTs().stream(), child.remoteTs().stream())
                    .anyMatch(TsPattern::isDynamic);
            case PASS, DROP -> false;
        };
    }

    /** Without children and addresses. */
    private static Connection alone(Connection c) {
        return new Connection(c.name(), NOWHERE, c.proposals(), c.local(), c.remote(), c.options(), List.of());
    }

    private static List<ChildConfig> missingFrom(Connection other, List<ChildConfig> children) {
        return children.stream().filter(child -> !other.child(child.name()).equals(Optional.of(child))).toList();
    }

    private static List<ConfigAction> starts(String connection, List<ChildConfig> children) {
        List<ConfigAction> actions = new ArrayList<>();
        for (ChildConfig child : children) {
            if (child.actions().startTrap()) {
                actions.add(new ConfigAction.Install(connection, child.name()));
            }
            if (child.actions().startNow()) {
                actions.add(new ConfigAction.Initiate(connection, child.name()));
            }
        }
        return actions;
    }

    private static List<ConfigAction> stops(String connection, List<ChildConfig> children) {
        List<ConfigAction> actions = new ArrayList<>();
        for (ChildConfig child : children) {
            if (child.actions().startTrap()) {
                actions.add(new ConfigAction.Uninstall(connection, child.name()));
            }
            if (child.actions().startNow()) {
                actions.add(new ConfigAction.Close(connection, child.name()));
            }
        }
        return actions;
    }
}
