package dev.keylane.xfrm.contract;

import dev.keylane.xfrm.XfrmKernel;
import java.time.Duration;

/** An empty kernel for one case, and the world around it. The owner closes it. */
public interface KernelUnderTest {
    XfrmKernel kernel();

    TrafficProbe traffic();

    /** How long an acquire waits for its state; a few seconds, so that a case can see it run out. */
    Duration acquireExpiry();

    /** Lets time pass: sleeps, or moves the adapter's clock. */
    void elapse(Duration time);
}
