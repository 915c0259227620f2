package dev.keylane.daemon.control;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.SharedKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * The configuration in force: connections by name and shared keys by id, in the order they were first loaded. Each
 * change is handed on as a new {@link PolicyBook} before the method returns. Owned by one thread.
 */
public final class ConfigStore {
    private final Consumer<PolicyBook> publish;
    private final SequencedMap<String, Connection> connections = new LinkedHashMap<>();
    private final SequencedMap<String, SharedKey> sharedKeys = new LinkedHashMap<>();

    public ConfigStore(Consumer<PolicyBook> publish) {
        this.publish = publish;
    }

    public PolicyBook book() {
        return new PolicyBook(new ArrayList<>(connections.values()), new ArrayList<>(sharedKeys.values()));
    }

    /** A name that has no address now keeps those it had when the connection was loaded before. */
    public ConfigChange load(Connection connection) {
        ConfigChange change = put(connection);
        publish.accept(book());
        return change;
    }

    private ConfigChange put(Connection connection) {
        Connection old = connections.get(connection.name());
        Connection next = old == null ? connection : connection.with(connection.endpoints().resolved(old.endpoints()::addresses));
        connections.put(next.name(), next);
        return old == null ? Reload.added(next) : Reload.changed(old, next);
    }

    /**
     * Names have got addresses. However many connections have waited for them, the book is published once.
     *
     * @return what follows from that for connections that have waited for them
     */
    public List<ConfigChange> resolved(Map<String, List<IpAddress>> names) {
        List<ConfigChange> changes = book().connections().stream().filter(connection -> connection.endpoints().unresolved()
                .stream().anyMatch(name -> !names.getOrDefault(name, List.of()).isEmpty()))
                .map(connection -> put(connection.with(connection.endpoints().resolved(
                        name -> names.getOrDefault(name, List.of()))))).toList();
        if (!changes.isEmpty()) {
            publish.accept(book());
        }
        return changes;
    }

    /** Empty when there is no such connection. */
    public Optional<ConfigChange> unload(String name) {
        Connection old = connections.remove(name);
        if (old == null) {
            return Optional.empty();
        }
        publish.accept(book());
        return Optional.of(Reload.removed(old));
    }

    /**
     * Takes over the secret. The key it replaces is dropped but not overwritten: an authentication under way may
     * still hold the former book.
     */
    public void loadKey(SharedKey key) {
        sharedKeys.put(key.id(), key);
        publish.accept(book());
    }

    /** Whether there was such a key. */
    public boolean unloadKey(String id) {
        if (sharedKeys.remove(id) == null) {
            return false;
        }
        publish.accept(book());
        return true;
    }

    public void clearKeys() {
        sharedKeys.clear();
        publish.accept(book());
    }
}
