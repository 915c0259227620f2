package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cleans up after a daemon that did not come to clean up itself. */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private Leftovers() {
    }

    /** Removes what the journal names and the kernel still has, and only when all of its name fits. */
    static void remove(XfrmKernel kernel, OwnedState owned) {
        Set<Owned> stale = owned.live();
        if (stale.isEmpty()) {
            return;
        }
        List<XfrmRequest> requests = new ArrayList<>();
        for (PolicyInfo policy : kernel.dumpPolicies()) {
            if (stale.contains(Owned.of(policy))) {
                requests.add(new XfrmRequest.DelPolicy(policy.spec().id()));
            }
        }
        int policies = requests.size();
        for (SaInfo sa : kernel.dumpSas()) {
            if (!sa.larval() && stale.contains(Owned.of(sa))) {
                requests.add(new XfrmRequest.DelSa(sa.id()));
            }
        }
        List<XfrmAnswer> answers = requests.isEmpty() ? List.of() : kernel.submit(requests);
        for (XfrmAnswer answer : answers) {
            if (answer instanceof XfrmAnswer.Refused refused) {
                LOG.warn("unable to remove a leftover of an earlier run: {}", refused.error());
            }
        }
        LOG.info("removed {} SAs and {} policies an earlier run left behind", requests.size() - policies, policies);
        owned.remove(stale);
    }
}
