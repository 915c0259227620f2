package dev.keylane.daemon.control;

import dev.keylane.ike.sa.IkeSaView;
import java.util.List;

/** An IKE SA and its children with what the kernel says about them. */
public record IkeSnapshot(IkeSaView ike, List<ChildSnapshot> children) {
    public IkeSnapshot {
        children = List.copyOf(children);
    }
}
