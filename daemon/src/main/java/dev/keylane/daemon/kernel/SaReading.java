package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads both SAs of children back, all in one round of requests. */
final class SaReading {
    private SaReading() {
    }

    static Map<Long, ChildCounters> of(List<InstalledChild> children, KernelWriter writer) {
        List<XfrmRequest> queries = new ArrayList<>();
        for (InstalledChild child : children) {
            queries.add(new XfrmRequest.GetSa(child.pair().in().id()));
            queries.add(new XfrmRequest.GetSa(child.pair().out().id()));
        }
        List<XfrmAnswer> answers = writer.submit(queries);
        Map<Long, ChildCounters> counters = new LinkedHashMap<>();
        for (int i = 0; i < children.size(); i++) {
            InstalledChild child = children.get(i);
            counters.put(child.child().id(), new ChildCounters(child.pair().out().reqid(), child.lanes().count(),
                    info(answers.get(2 * i)), info(answers.get(2 * i + 1)), child.grant()));
        }
        return counters;
    }

    private static @Nullable SaInfo info(XfrmAnswer answer) {
        return answer instanceof XfrmAnswer.Sa sa ? sa.info() : null;
    }
}
