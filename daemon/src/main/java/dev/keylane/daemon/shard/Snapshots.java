package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.kernel.ChildCounters;
import dev.keylane.daemon.kernel.KernelSide;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.IkeSaView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Views of the core joined with what the kernel counts. */
final class Snapshots {
    private Snapshots() {
    }

    static List<IkeSnapshot> of(List<IkeSaView> views, KernelSide kernel) {
        List<Long> children = new ArrayList<>();
        for (IkeSaView view : views) {
            view.children().forEach(child -> children.add(child.sa().id()));
        }
        Map<Long, ChildCounters> counters = kernel.counters(children);
        return views.stream().map(view -> of(view, counters)).toList();
    }

    static ChildSnapshot of(ChildSaView child, KernelSide kernel) {
        return ChildSnapshot.of(child, kernel.counters(List.of(child.sa().id())).get(child.sa().id()));
    }

    private static IkeSnapshot of(IkeSaView view, Map<Long, ChildCounters> counters) {
        return new IkeSnapshot(view, view.children().stream()
                .map(child -> ChildSnapshot.of(child, counters.get(child.sa().id()))).toList());
    }
}
