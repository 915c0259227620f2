package dev.keylane.daemon.shard;

import dev.keylane.daemon.kernel.ChildCounters;
import dev.keylane.daemon.kernel.CardChange;
import dev.keylane.daemon.kernel.KernelSide;
import dev.keylane.daemon.kernel.LinkChange;
import dev.keylane.daemon.kernel.SenderWatch;
import dev.keylane.daemon.kernel.SendingCpus;
import dev.keylane.daemon.kernel.TrapView;
import dev.keylane.daemon.offload.OffloadCounts;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmEvent;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Installs everything at once and nowhere. */
final class FakeKernelSide implements KernelSide {
    /** Sees every effect first, and may throw. */
    Consumer<Effect> seen = _ -> { };
    /** Called when time is over and at an event of the kernel, and may throw. */
    Runnable timer = () -> { };
    Optional<Instant> due = Optional.empty();
    /** Why none of the children can come up; for the loop. */
    volatile Optional<String> against = Optional.empty();
    PolicyBook book = PolicyBook.EMPTY;

    @Override
    public List<Event> on(Effect effect, Instant now) {
        seen.accept(effect);
        return effect instanceof Effect.InstallChild install
                ? List.of(new Event.ChildInstalled(install.child().ikeSa(), install.child().id())) : List.of();
    }

    @Override
    public List<Event> onTime(Instant now) {
        timer.run();
        return List.of();
    }

    @Override
    public List<Event> onLink(LinkChange change, Instant now) {
        return List.of();
    }

    @Override
    public List<Event> onCard(CardChange change, Instant now) {
        return List.of();
    }

    @Override
    public List<Event> audit(Instant now) {
        return List.of();
    }

    @Override
    public void listen(SendingCpus.Listener listener) {
    }

    @Override
    public SenderWatch senders() {
        return SenderWatch.NONE;
    }

    @Override
    public List<Event> onCpuSends(SaId outbound, int cpu, Instant now) {
        return List.of();
    }

    @Override
    public Optional<Instant> nextTimeout() {
        return due;
    }

    @Override
    public void use(PolicyBook inForce) {
        book = inForce;
    }

    @Override
    public boolean recover(Instant now) {
        return false;
    }

    @Override
    public void settle() {
    }

    @Override
    public void renounce(String connection, @Nullable String child) {
    }

    @Override
    public List<Event> onKernelEvent(XfrmEvent event, Instant now) {
        timer.run();
        return List.of();
    }

    @Override
    public List<Event> onCpus(Instant now) {
        return List.of();
    }

    @Override
    public Optional<String> installTrap(Connection connection, ChildConfig child) {
        return Optional.empty();
    }

    @Override
    public boolean uninstallTrap(String connection, String child) {
        return false;
    }

    @Override
    public List<TrapView> traps() {
        return List.of();
    }

    @Override
    public Map<Long, ChildCounters> counters(Collection<Long> children) {
        return Map.of();
    }

    @Override
    public Map<String, Long> orphans() {
        return Map.of();
    }

    @Override
    public Optional<String> reasonAgainst(Connection connection, ChildConfig child) {
        return against;
    }

    @Override
    public OffloadCounts offloads() {
        return OffloadCounts.NONE;
    }

    @Override
    public void close() {
    }
}
