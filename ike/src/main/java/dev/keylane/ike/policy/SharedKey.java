package dev.keylane.ike.policy;

import dev.keylane.ike.crypto.Secret;
import java.util.List;

/**
 * A pre-shared key and the identities it belongs to; no owner means everybody.
 *
 * @param id the name it was loaded under
 */
public record SharedKey(String id, Secret secret, List<Identification> owners) {
    public SharedKey {
        owners = List.copyOf(owners);
    }
}
