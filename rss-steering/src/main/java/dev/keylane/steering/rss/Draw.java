package dev.keylane.steering.rss;

import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;

/**
 * Draws numbers until one puts a packet on a queue that will do: each that does so is as likely as every other.
 *
 * @param fits which queues will do
 * @param none why there is no such queue, if there is none
 */
record Draw(DeviceHash hash, IntPredicate fits, Rejection none) {
    static Draw forCpu(DeviceHash hash, int cpu) {
        return new Draw(hash, queue -> hash.cpu(queue).filter(its -> its == cpu).isPresent(),
                new Rejection.NoQueueOfCpu(hash.device(), cpu));
    }

    /** Lanes take turns at the queues that are in use. */
    static Draw forLane(DeviceHash hash, int lane) {
        List<Integer> queues = hash.indirection().stream().distinct().sorted().toList();
        int its = queues.get(lane % queues.size());
        return new Draw(hash, queue -> queue == its, new Rejection.NoQueueOfCpu(hash.device(), lane));
    }

    /** Of the tries that one success takes on average. */
    private static final int PATIENCE = 64;

    /**
     * @param base    what the rest of the input adds to the hash
     * @param bits    how long the number is
     * @param at      the place of its first bit in the input
     * @param numbers draws one
     */
    Outcome<Integer> number(int base, int bits, int at, IntSupplier numbers, IntPredicate allowed) {
        boolean[] fitting = hash.remaindersOf(fits);
        int fit = 0;
        for (boolean each : fitting) {
            fit += each ? 1 : 0;
        }
        if (fit == 0) {
            return new Outcome.Rejected<>(none);
        }
        int tries = PATIENCE * Math.ceilDiv(fitting.length, fit);
        for (int i = 0; i < tries; i++) {
            int number = numbers.getAsInt();
            if (allowed.test(number) && fitting[(base ^ hash.toeplitz().hash(number, bits, at)) & fitting.length - 1]) {
                return new Outcome.Done<>(number);
            }
        }
        return new Outcome.Rejected<>(new Rejection.NoneDrawn(hash.device(), tries));
    }
}
