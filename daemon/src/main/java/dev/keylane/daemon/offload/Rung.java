package dev.keylane.daemon.offload;

import dev.keylane.xfrm.SaSpec;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where an SA is, the lowest first. */
public enum Rung {
    SOFTWARE, CRYPTO, PACKET;

    public static Rung of(SaSpec.@Nullable Offload offload) {
        return offload == null ? SOFTWARE : offload.packet() ? PACKET : CRYPTO;
    }

    /** As in logs and labels: {@code packet}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
