package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.wire.Octets;
import javax.security.auth.DestroyFailedException;
import javax.security.auth.Destroyable;

/** A key pair of one exchange; {@code secret} is whatever the {@link KeyExchange} that made it understands. */
final class EphemeralKey implements Crypto.KeyPair {
    private final KeGroup group;
    private final Octets publicValue;
    private final Object secret;
    private boolean closed;

    EphemeralKey(KeGroup group, Octets publicValue, Object secret) {
        this.group = group;
        this.publicValue = publicValue;
        this.secret = secret;
    }

    /** The private half as the type its maker gave it. */
    <T> T secret(Class<T> type) {
        if (closed) {
            throw new IllegalStateException("a private key used after it was destroyed");
        }
        return type.cast(secret);
    }

    @Override
    public KeGroup group() {
        return group;
    }

    @Override
    public Octets publicValue() {
        return publicValue;
    }

    @Override
    public void close() {
        closed = true;
        if (secret instanceof Destroyable destroyable) {
            try {
                destroyable.destroy();
            } catch (DestroyFailedException notSupported) {
                // Some providers cannot overwrite their keys; the garbage collector is all there is then.
            }
        }
    }

    @Override
    public String toString() {
        return "EphemeralKey[" + group + "]";
    }
}
