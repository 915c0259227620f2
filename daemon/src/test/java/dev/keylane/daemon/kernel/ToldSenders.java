package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Watches nothing; remembers what it was asked to watch and tells what the test says. */
final class ToldSenders implements SendingCpus {
    final Set<String> watched = new TreeSet<>();
    final List<String> again = new ArrayList<>();
    final Map<Integer, Long> packets = new HashMap<>();
    final List<Lost> lost = new ArrayList<>();
    Optional<String> refusal = Optional.empty();
    boolean closed;

    @Override
    public Optional<String> reasonAgainst() {
        return Optional.empty();
    }

    @Override
    public void listen(Listener listener) {
        throw new AssertionError("the test tells itself");
    }

    @Override
    public Optional<String> watch(SaSpec outbound) {
        if (refusal.isEmpty()) {
            watched.add(outbound.id().toString());
        }
        return refusal;
    }

    @Override
    public void unwatch(SaId outbound) {
        watched.remove(outbound.toString());
    }

    @Override
    public void again(SaId outbound) {
        again.add(outbound.toString());
    }

    @Override
    public Map<Integer, Long> packets(SaId outbound) {
        return packets;
    }

    @Override
    public List<String> devices() {
        return List.of("eth0");
    }

    @Override
    public List<Lost> look() {
        return List.copyOf(lost);
    }

    @Override
    public void close() {
        closed = true;
    }
}
