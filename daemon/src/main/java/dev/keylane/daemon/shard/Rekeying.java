package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.SaSelector;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sa.IkeSaView;
import java.util.ArrayList;
import java.util.List;

/** Has SAs rekeyed that stand and are not on their way out. On the shard's thread. */
final class Rekeying {
    private Rekeying() {
    }

    /** Answers how many there are. */
    static int begin(Shard shard, SaSelector selector) {
        List<Event> events = new ArrayList<>();
        for (IkeSaView sa : shard.core().views()) {
            if (sa.state() != IkeSaView.State.ESTABLISHED || !selector.selects(sa)) {
                continue;
            }
            if (!selector.namesChild()) {
                events.add(new Event.RekeyIke(0, sa.id()));
                continue;
            }
            sa.children().stream().filter(child -> child.state() == ChildSaView.State.INSTALLED)
                    .filter(child -> selector.selects(child.sa()))
                    .forEach(child -> events.add(new Event.RekeyChild(0, child.sa().id())));
        }
        shard.handle(events);
        return events.size();
    }
}
