package dev.keylane.daemon.control;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.sa.IkeSaView;
import org.jspecify.annotations.Nullable;

/** Names and numbers that SAs must have to be meant; null for any. */
public record SaSelector(@Nullable String child, @Nullable String ike, @Nullable Long childId, @Nullable Long ikeId) {
    public static final SaSelector ANY = new SaSelector(null, null, null, null);

    public static SaSelector ikeSa(long id) {
        return new SaSelector(null, null, null, id);
    }

    public static SaSelector childSa(long id) {
        return new SaSelector(null, null, id, null);
    }

    public boolean isEmpty() {
        return equals(ANY);
    }

    public boolean namesChild() {
        return child != null || childId != null;
    }

    public boolean selects(IkeSaView sa) {
        return (ike == null || ike.equals(sa.connection())) && (ikeId == null || ikeId == sa.id());
    }

    public boolean selects(ChildSa sa) {
        return (child == null || child.equals(sa.name())) && (childId == null || childId == sa.id());
    }
}
