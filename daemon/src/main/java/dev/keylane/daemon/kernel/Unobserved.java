package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sends that nobody watches. */
record Unobserved(String reason, boolean isNeedless) implements SendingCpus {
    @Override
    public Optional<String> reasonAgainst() {
        return Optional.of(reason);
    }

    @Override
    public void listen(Listener listener) {
    }

    @Override
    public Optional<String> watch(SaSpec outbound) {
        return Optional.of(reason);
    }

    @Override
    public void unwatch(SaId outbound) {
    }

    @Override
    public void again(SaId outbound) {
    }

    @Override
    public Map<Integer, Long> packets(SaId outbound) {
        return Map.of();
    }

    @Override
    public List<Lost> look() {
        return List.of();
    }

    @Override
    public void close() {
    }
}
