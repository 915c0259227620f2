package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Children that do not send yet, as their peer has asked for them and may not be ready. RFC 7296 §2.8: a packet of the peer's
 * on the new SA shows that it is; most peers send one long before they say anything else, and no clock tells how long a busy one
 * takes. So the inbound SAs are read, often at first and then ever more seldom, until the child sends or is gone.
 */
final class FirstPackets {
    private final KernelWriter writer;
    private final ChildInstaller children;
    private final PriorityQueue<Look> looks = new PriorityQueue<>(Comparator.comparing(Look::at));

    /** @param pause before it */
    private record Look(long child, Instant at, Duration pause) {
        Look next(Instant now) {
            Duration longer = pause.multipliedBy(2);
            Duration next = longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
            return new Look(child, now.plus(next), next);
        }
    }

    FirstPackets(KernelWriter writer, ChildInstaller children) {
        this.writer = writer;
        this.children = children;
    }

    /** A child was installed: there is something to look for when its outbound SA was left out. */
    void on(InstalledChild child, Instant now) {
        if (children.waits(child.child().id())) {
            looks.add(new Look(child.child().id(), now.plus(FIRST), FIRST));
        }
    }

    Optional<Instant> next() {
        return Optional.ofNullable(looks.peek()).map(Look::at);
    }

    /** Those whose peer has sent something since the last call. */
    List<InstalledChild> heard(Instant now) {
        List<Look> due = due(now);
        List<InstalledChild> heard = new ArrayList<>();
        List<XfrmAnswer> answers = due.isEmpty() ? List.of() : writer.submit(due.stream()
                .<XfrmRequest>map(look -> new XfrmRequest.GetSa(child(look).pair().in().id())).toList());
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i) instanceof XfrmAnswer.Sa(var info) && info.counters().packets() > 0) {
                heard.add(child(due.get(i)));
            } else {
                looks.add(due.get(i).next(now));
            }
        }
        return heard;
    }

    private List<Look> due(Instant now) {
        List<Look> due = new ArrayList<>();
        while (due.size() < AT_ONCE && !looks.isEmpty() && !looks.peek().at().isAfter(now)) {
            Look look = looks.remove();
            if (children.waits(look.child())) {
                due.add(look);
            }
        }
        return due;
    }

    private InstalledChild child(Look look) {
        return children.find(look.child()).orElseThrow();
    }

    static final Duration FIRST = Duration.ofMillis(10);
    static final Duration LONGEST = Duration.ofMillis(320);
    private static final int AT_ONCE = 256;
}
