package dev.keylane.bench;

import dev.keylane.ike.child.Resource;
import java.lang.ref.Reference;

/** Bytes of heap each side holds, as the difference of what is reachable with and without it. */
record HeapCost(long initiator, long responder) {
    private static final int SAS = 10_000;
    private static final int IKE_SAS_WITH_MANY = 100;
    private static final int FURTHER = 100;
    private static final int COLLECTIONS = 4;
    private static final int PAUSE_MS = 100;

    static HeapCost ofSa() {
        Couple couple = Couple.of(Policies.PLAIN_ESP);
        couple.handshakes(SAS);
        return of(couple).each(SAS);
    }

    static HeapCost ofFurtherChild() {
        Couple one = Couple.of(Policies.PLAIN_ESP);
        one.handshakes(IKE_SAS_WITH_MANY);
        HeapCost with = of(one);
        Couple many = Couple.of(Policies.PLAIN_ESP);
        many.handshakes(IKE_SAS_WITH_MANY);
        for (int i = 0; i < FURTHER; i++) {
            many.children(0, IKE_SAS_WITH_MANY, Resource.NONE);
        }
        return of(many).minus(with).each(IKE_SAS_WITH_MANY * FURTHER);
    }

    /** Of the responder; the initiators' own part says nothing, their requests are not answered. */
    static HeapCost ofHalfOpen() {
        Couple couple = Couple.of(Policies.PLAIN_ESP);
        couple.deliver(couple.initRequests(SAS));
        if (couple.responder().halfOpen() != SAS) {
            throw new IllegalStateException("half-open: " + couple.responder().halfOpen());
        }
        return of(couple).each(SAS);
    }

    /** Uses the couple up. */
    private static HeapCost of(Couple couple) {
        long both = used();
        couple.forgetInitiator();
        long responder = used();
        couple.forgetResponder();
        long none = used();
        Reference.reachabilityFence(couple);
        return new HeapCost(both - responder, responder - none);
    }

    /** The serial collector leaves some garbage uncompacted but for every fourth time; pauses are for finalizers. */
    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            pause();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private HeapCost minus(HeapCost other) {
        return new HeapCost(initiator - other.initiator, responder - other.responder);
    }

    private HeapCost each(int count) {
        return new HeapCost(initiator / count, responder / count);
    }
}
