package dev.keylane.xfrm.software.esp;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.xfrm.SaKeys;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One state's own copy of its keys. Whoever protects a packet enters before and leaves after; retired keys let nobody
 * in and are overwritten when the last one has left, so that no packet is ever sealed with half a key.
 */
public final class EspKeys {
    private final Secret encryption;
    private final @Nullable Secret integrity;
    /** How many are inside, with {@link #RETIRED} on top once nobody else may enter. */
    private final AtomicInteger users = new AtomicInteger();

    private EspKeys(Secret encryption, @Nullable Secret integrity) {
        this.encryption = encryption;
        this.integrity = integrity;
    }

    public static EspKeys copyOf(SaKeys keys) {
        Secret integrity = keys.integrity();
        return new EspKeys(Secret.copyOf(keys.encryption().borrow()),
                integrity == null ? null : Secret.copyOf(integrity.borrow()));
    }

    /** Whether the keys may be used until {@link #leave}. */
    public boolean enter() {
        while (true) {
            int now = users.get();
            if ((now & RETIRED) != 0) {
                return false;
            }
            if (users.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    public void leave() {
        if (users.decrementAndGet() == RETIRED) {
            destroy();
        }
    }

    /** Lets nobody in any more. */
    public void retire() {
        if (users.getAndUpdate(now -> now | RETIRED) == 0) {
            destroy();
        }
    }

    private void destroy() {
        encryption.close();
        if (integrity != null) {
            integrity.close();
        }
    }

    Secret encryption() {
        return encryption;
    }

    @Nullable Secret integrity() {
        return integrity;
    }

    private static final int RETIRED = 1 << 30;
}
