package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.OffloadCounts;
import dev.keylane.daemon.traffic.KernelOverview;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmEvent;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a shard needs of the kernel. Called from the shard's thread alone; the events it answers with are for the core,
 * in their order. The shard hands it <em>every</em> effect: those that are none of the kernel's business answer
 * nothing. Requests it makes carry negative numbers, so a shard's own must be positive.
 */
public interface KernelSide extends AutoCloseable {
    /**
     * Takes over what an earlier run left behind, before anything else is called: it stays in the kernel until the children
     * it belonged to have SAs again, which are initiated once their connection is known. Foreign SAs and policies stay.
     *
     * @return whether there are SAs that wait to be replaced
     */
    boolean recover(Instant now);

    /** The configuration of the start is complete; what an earlier run left of children that it does not know goes. */
    void settle();

    /** The start has succeeded. Until then {@link #close} leaves what an earlier run left for the next start. */
    default void started() {
    }

    /**
     * What an earlier run left of these children goes.
     *
     * @param child null for all of the connection
     */
    void renounce(String connection, @Nullable String child);

    /** The configuration in force: where an acquire is initiated to. Traps are installed and uninstalled apart. */
    void use(PolicyBook book);

    /**
     * Carries out {@link Effect.InstallChild} and {@link Effect.RemoveChild} and learns from {@link Effect.ChildUp},
     * {@link Effect.ChildDown}, {@link Effect.ChildFailed} and {@link Effect.RequestDone}.
     */
    List<Event> on(Effect effect, Instant now);

    List<Event> onKernelEvent(XfrmEvent event, Instant now);

    /** CPUs came or went, or serve other queues: plans ask again for theirs. */
    List<Event> onCpus(Instant now);

    /** A device was switched on or off, has come or gone: with it go the SAs that its hardware had. */
    List<Event> onLink(LinkChange change, Instant now);

    /** Cards were set otherwise: what their devices can do is tried again. */
    List<Event> onCard(CardChange change, Instant now);

    /** Looks whether all is in the kernel that should be, at leisure: it reads all of the kernel's SAs. */
    List<Event> audit(Instant now);

    /** Who hears of CPUs that send, on any thread, and sees to it that {@link #onCpuSends} is called on the shard's. */
    void listen(SendingCpus.Listener listener);

    /** A CPU has sent over an SA that {@link SendingCpus} watch. */
    List<Event> onCpuSends(SaId outbound, int cpu, Instant now);

    SenderWatch senders();

    /** When {@link #onTime} is due, empty when nothing waits. */
    Optional<Instant> nextTimeout();

    List<Event> onTime(Instant now);

    /**
     * Installs the trap policies of a child, or the shunt policies of a PASS or DROP child. Installing again what is
     * there replaces it.
     *
     * @return why it failed, in one line; then nothing of it is left
     */
    Optional<String> installTrap(Connection connection, ChildConfig child);

    /** False when there is no such trap. */
    boolean uninstallTrap(String connection, String child);

    /** Installed traps and shunts, oldest first. */
    List<TrapView> traps();

    /** What the kernel knows of the children that are installed, by their ids; one round of requests for all. */
    Map<Long, ChildCounters> counters(Collection<Long> children);

    /** What the SAs of an installed child have in common, 0 when it is not installed; the kernel is not asked. */
    default int reqid(long child) {
        return 0;
    }

    /** What was asked of devices, and what they have granted and refused. */
    OffloadCounts offloads();

    /** By the device that had them, empty for none: SAs of an earlier run that nobody could take over, removed since the start. */
    Map<String, Long> orphans();

    /** What is installed and what is still wanted; the kernel is not asked. */
    default KernelOverview overview() {
        return KernelOverview.NOTHING;
    }

    /** Whether a child is for one of several lanes, which its resource then names, and not for a CPU. */
    default boolean isLane(long child) {
        return false;
    }

    /**
     * Whether it is known what the devices of a connection can do.
     *
     * @param later run when it is, or when that takes too long, if it is not; on the shard's thread
     */
    default boolean knowsDevicesOf(Connection connection, Instant now, Runnable later) {
        return true;
    }

    /** Where answers of devices come from other threads, to be handed to the shard's. */
    default void listenToDevices(Executor answers) {
    }

    /** Why a child cannot come up on its device, whatever its peer says; empty when nothing is known against it. */
    Optional<String> reasonAgainst(Connection connection, ChildConfig child);

    /**
     * Removes everything of ours: exactly what {@link #on} and {@link #installTrap} installed, and what was taken over by a
     * start that succeeded.
     */
    @Override
    void close();
}
