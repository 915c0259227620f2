package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.ForwardingXfrmKernel;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Leaves the kernel to others, whenever something was taken back, for as long as it has been kept from them. Linux carries
 * out one request about SAs at a time (the lock of net/xfrm/xfrm_user.c), so that others would wait for a slow device again
 * and again.
 */
final class Considerate extends ForwardingXfrmKernel {
    /** Since the last pause. */
    private long nanos;

    Considerate(XfrmKernel kernel) {
        super(kernel);
    }

    @Override
    public List<XfrmAnswer> submit(List<XfrmRequest> requests) {
        long begin = System.nanoTime();
        List<XfrmAnswer> answers = super.submit(requests);
        nanos += System.nanoTime() - begin;
        if (requests.stream().anyMatch(Considerate::isRemoval) || answers.stream().anyMatch(XfrmAnswer::isRefused)) {
            pause(TimeUnit.NANOSECONDS.toMillis(nanos));
            nanos = 0;
        }
        return answers;
    }

    private static boolean isRemoval(XfrmRequest request) {
        return request instanceof XfrmRequest.DelSa || request instanceof XfrmRequest.DelPolicy;
    }

    private static void pause(long taken) {
        try {
            if (taken >= WORTH_MILLIS) {
                Thread.sleep(Math.min(taken, LONGEST_MILLIS));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static final long WORTH_MILLIS = 20;
    private static final long LONGEST_MILLIS = 300;
}
