package dev.keylane.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How long, and how, packets wait for an SA. */
final class AcquiresCheck implements SystemCheck {
    @Override
    public List<Finding> of(Sight sight) {
        List<Finding> findings = new ArrayList<>();
        number(sight, "xfrm_acq_expires").ifPresent(seconds -> findings.add(seconds < LEAST
                ? new Finding.Warn("acquires", "the kernel forgets after " + seconds + " s what it has asked for: a slow peer's"
                        + " SA comes too late", "sysctl -w net.core.xfrm_acq_expires=" + DEFAULT)
                : new Finding.Ok("acquires", "the kernel waits " + seconds + " s for an SA it has asked for")));
        number(sight, "xfrm_larval_drop").ifPresent(drop -> findings.add(new Finding.Ok("larvals",
                drop != 0 ? "packets are dropped while they have no SA" : "packets wait while they have no SA, 100 a policy")));
        return findings;
    }

    private static Optional<Integer> number(Sight sight, String name) {
        return sight.system().text("proc/sys/net/core/" + name).filter(text -> text.matches("\\d{1,9}")).map(Integer::valueOf);
    }

    /** Seconds: time for a lost request or two. */
    private static final int LEAST = 10;
    private static final int DEFAULT = 30;
}
