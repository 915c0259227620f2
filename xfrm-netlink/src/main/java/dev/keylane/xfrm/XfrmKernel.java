package dev.keylane.xfrm;

import dev.keylane.ike.net.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A place where SAs and policies live. Calls come from one thread; events are delivered on a thread of the adapter's,
 * one at a time.
 */
public interface XfrmKernel extends AutoCloseable {
    /** "xfrm" or "software". */
    String name();

    /** What this kernel can do, probed once at start. */
    XfrmCapabilities capabilities();

    /**
     * Carries out the requests in their order, in as few system calls as possible; a refusal does not stop the ones
     * behind it.
     *
     * @return an answer for each request, in the same order
     */
    List<XfrmAnswer> submit(List<XfrmRequest> requests);

    default XfrmAnswer submit(XfrmRequest request) {
        return submit(List.of(request)).getFirst();
    }

    /** An SA of ours is in the kernel no more, without our doing: it expired, or its device forgot it. */
    default void gone(SaId sa) {
    }

    /**
     * A reqid for a throw-away state in software, or that may be done there, between these hosts: with it, the state hides
     * none of packet offload. Where nothing can be hidden, or nothing is known, it is the first that was asked for.
     *
     * @param first of those that are looked at, one after the other
     */
    default int quietReqid(IpAddress destination, IpAddress source, int first) {
        return first;
    }

    /** Opens the same kernel once more, for another thread and its own to close; empty where there is no such thing. */
    default Optional<Supplier<XfrmKernel>> another() {
        return Optional.empty();
    }

    /** Every state, ours and others', with current counters. Key material is not read. */
    List<SaInfo> dumpSas();

    /** Every policy but those of sockets. */
    List<PolicyInfo> dumpPolicies();

    /** Sets who hears of acquires, expiries and mappings; acquires are raised only while somebody listens. */
    void listen(Consumer<XfrmEvent> listener);

    @Override
    void close();
}
