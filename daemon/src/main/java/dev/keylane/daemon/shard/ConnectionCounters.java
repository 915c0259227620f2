package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.Counter;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.Effect;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link Counter}s of each connection, and their totals under the empty name; on the shard's thread. */
final class ConnectionCounters {
    private final Map<String, Map<Counter, Long>> byConnection = new LinkedHashMap<>();

    void on(Effect effect) {
        switch (effect) {
            case Effect.Exchanged(String connection, int exchange, boolean response, boolean incoming) ->
                    Counter.of(exchange, response, incoming).ifPresent(counter -> count(connection, counter));
            case Effect.IkeRekeyed rekeyed -> count(rekeyed.fresh().connection(),
                    rekeyed.fresh().initiator() ? Counter.IKE_REKEY_INIT : Counter.IKE_REKEY_RESP);
            case Effect.ChildUp up when up.replaces() != null -> count(up.sa().connection(), Counter.CHILD_REKEY);
            case Effect.Dropped(DropReason reason, var _) -> dropped(reason);
            case Effect.Network _, Effect.RunCrypto _, Effect.Kernel _, Effect.Report _ -> {
            }
        }
    }

    private void dropped(DropReason reason) {
        switch (reason) {
            case UNKNOWN_SPI -> count("", Counter.INVALID_SPI);
            case MALFORMED, WRONG_VERSION -> count("", Counter.INVALID);
            case UNAUTHENTIC, OUT_OF_WINDOW, DUPLICATE, UNEXPECTED_EXCHANGE, BAD_COOKIE, HALF_OPEN_LIMIT, SOURCE_LIMIT,
                 TOO_LARGE, RATIONED, NO_CONNECTION, BUSY, UNPROTECTED, FRAGMENT -> {
            }
        }
    }

    private void count(String connection, Counter counter) {
        add("", counter);
        if (!connection.isEmpty()) {
            add(connection, counter);
        }
    }

    private void add(String name, Counter counter) {
        byConnection.computeIfAbsent(name, _ -> new EnumMap<>(Counter.class)).merge(counter, 1L, Long::sum);
    }

    Map<String, Map<Counter, Long>> all() {
        Map<String, Map<Counter, Long>> copy = new LinkedHashMap<>();
        byConnection.forEach((name, counts) -> copy.put(name, Map.copyOf(counts)));
        return copy;
    }

    /**
     * @param connection null for the totals
     */
    void reset(@Nullable String connection, boolean all) {
        if (all) {
            byConnection.clear();
        } else {
            byConnection.remove(connection == null ? "" : connection);
        }
    }
}
