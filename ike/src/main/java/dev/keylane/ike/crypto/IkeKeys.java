package dev.keylane.ike.crypto;

import org.jspecify.annotations.Nullable;

/**
 * The keys of one IKE SA, RFC 7296 §2.14; i and r name the original initiator and responder. An encryption key has its
 * salt at the end.
 *
 * @param ai null with an AEAD, like {@code ar}
 */
public record IkeKeys(Secret d, @Nullable Secret ai, @Nullable Secret ar, Secret ei, Secret er, Secret pi, Secret pr)
        implements AutoCloseable {
    /** Destroys all of them. */
    @Override
    public void close() {
        d.close();
        if (ai != null) {
            ai.close();
        }
        if (ar != null) {
            ar.close();
        }
        ei.close();
        er.close();
        pi.close();
        pr.close();
    }
}
