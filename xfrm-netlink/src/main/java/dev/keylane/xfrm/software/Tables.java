package dev.keylane.xfrm.software;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Both databases and the acquires between them. The lock is for whoever changes them; it is never held while a packet
 * is sent or delivered, so that two kernels wired to each other cannot wait for one another.
 */
record Tables(Sad sad, Spd spd, Larvals larvals, ReentrantLock lock) {
    static Tables empty(int backlogLimit) {
        return new Tables(new Sad(), new Spd(backlogLimit), new Larvals(), new ReentrantLock());
    }
}
