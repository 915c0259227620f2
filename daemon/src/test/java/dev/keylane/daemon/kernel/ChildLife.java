package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What the core tells the kernel side when a child comes and when it goes, and time that passes meanwhile. */
final class ChildLife {
    private ChildLife() {
    }

    static ChildSa up(KernelSide side, ChildSa child, Instant now) {
        assertThat(side.on(new Effect.InstallChild(child, Samples.keys(), false), now))
                .containsExactly(new Event.ChildInstalled(1, child.id()));
        side.on(new Effect.ChildUp(Samples.ike(), Samples.view(child)), now);
        return child;
    }

    static void down(KernelSide side, ChildSa child, Instant now) {
        side.on(new Effect.RemoveChild(child), now);
        side.on(new Effect.ChildDown(Samples.ike(), Samples.view(child), "gone"), now);
    }

    /**
     * All that falls due before an end.
     *
     * @param due hears of each moment before the kernel side does
     */
    static List<Event> until(Instant end, KernelSide side, Consumer<Instant> due) {
        List<Event> events = new ArrayList<>();
        while (side.nextTimeout().filter(end::isAfter).isPresent()) {
            Instant now = side.nextTimeout().orElseThrow();
            due.accept(now);
            events.addAll(side.onTime(now));
        }
        return events;
    }
}
