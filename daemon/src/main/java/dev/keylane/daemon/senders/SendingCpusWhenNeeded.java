package dev.keylane.daemon.senders;

import dev.keylane.daemon.kernel.SendingCpus;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One that is opened when somebody first wants to know whether it can watch: who has no per-CPU children needs no program,
 * and no warning where there can be none.
 */
public final class SendingCpusWhenNeeded implements SendingCpus {
    private final Supplier<SendingCpus> opener;
    private Listener listener = (sa, cpu) -> { };
    private @Nullable SendingCpus opened;

    public SendingCpusWhenNeeded(Supplier<SendingCpus> opener) {
        this.opener = opener;
    }

    private SendingCpus needed() {
        if (opened == null) {
            opened = opener.get();
            opened.listen(listener);
        }
        return opened;
    }

    private Optional<SendingCpus> opened() {
        return Optional.ofNullable(opened);
    }

    @Override
    public Optional<String> reasonAgainst() {
        return needed().reasonAgainst();
    }

    @Override
    public Optional<String> problem() {
        return opened().flatMap(SendingCpus::problem);
    }

    @Override
    public void listen(Listener fresh) {
        listener = fresh;
        opened().ifPresent(sending -> sending.listen(fresh));
    }

    @Override
    public Optional<String> watch(SaSpec outbound) {
        return needed().watch(outbound);
    }

    @Override
    public void unwatch(SaId outbound) {
        opened().ifPresent(sending -> sending.unwatch(outbound));
    }

    @Override
    public void again(SaId outbound) {
        opened().ifPresent(sending -> sending.again(outbound));
    }

    @Override
    public Map<Integer, Long> packets(SaId outbound) {
        return opened().map(sending -> sending.packets(outbound)).orElse(Map.of());
    }

    @Override
    public List<String> devices() {
        return opened().map(SendingCpus::devices).orElse(List.of());
    }

    @Override
    public List<Lost> look() {
        return opened().map(SendingCpus::look).orElse(List.of());
    }

    @Override
    public void close() {
        opened().ifPresent(SendingCpus::close);
    }
}
