package dev.keylane.daemon.boot;

import dev.keylane.daemon.kernel.CardChange;
import dev.keylane.daemon.kernel.EarlyArrivals;
import dev.keylane.daemon.kernel.LinkChange;
import dev.keylane.daemon.kernel.SendingCpus;
import dev.keylane.daemon.steering.SaSteering;
import dev.keylane.daemon.traffic.KernelReader;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.pcpu.CpuTopology;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.software.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A kernel to be opened, and what only it knows. */
public interface KernelPlace extends AutoCloseable {
    /**
     * @param wire where a kernel that does ESP itself sends its packets
     * @throws IOException with a sentence for the operator
     */
    XfrmKernel open(Wire wire) throws IOException;

    /**
     * Where packets wait that come before their SA.
     *
     * @param natTraversalPort where UDP-encapsulated ESP comes in
     */
    default EarlyArrivals earlyArrivals(int natTraversalPort) {
        return EarlyArrivals.DROPPED;
    }

    /** Who tells which CPUs send. */
    default SendingCpus sendingCpus() {
        return SendingCpus.needless();
    }

    /** What brings received packets to the CPU of their SA, once the kernel is open; empty when they stay where they are. */
    default Optional<SaSteering> steering() {
        return Optional.empty();
    }

    /**
     * Tells of devices that come, go, and are switched on or off, on the given executor, until it is closed.
     *
     * @throws IOException when that cannot be known
     */
    default AutoCloseable watchLinks(Executor executor, Consumer<LinkChange> listener) throws IOException {
        return () -> { };
    }

    /** Tells of cards that were set otherwise, on the given executor, until it is closed. */
    default AutoCloseable watchCards(Executor executor, Consumer<CardChange> listener) {
        return () -> { };
    }

    /** Why there is no steering here whatever is configured; empty when there may be. */
    default Optional<String> reasonAgainstSteering() {
        return Optional.empty();
    }

    /**
     * What has been counted, once the kernel is open.
     *
     * @throws IOException with a sentence for the operator
     */
    default KernelReader reader() throws IOException {
        return () -> KernelReader.Reading.NOTHING;
    }

    /** CPUs that can have SAs of their own now. */
    CpuTopology topology();

    /** Those that serve the queues of a device; empty when it has none, or none that are known. */
    default CpuSet queueCpus(String device) {
        return CpuSet.EMPTY;
    }

    /** How long an acquire waits for its SA. */
    Duration acquireExpires();

    /** Whether Linux does ESP: then its sockets take UDP-encapsulated packets, and what is installed outlives us. */
    boolean isLinux();

    /** Releases what {@link #open} made beside the kernel, after that was closed. */
    @Override
    void close();
}
