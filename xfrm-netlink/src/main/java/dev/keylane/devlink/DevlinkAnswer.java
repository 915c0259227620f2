package dev.keylane.devlink;

import dev.keylane.linux.Errno;

/** What a card answered. */
public sealed interface DevlinkAnswer<T> {
    record Is<T>(T value) implements DevlinkAnswer<T> {
    }

    /**
     * @param errno positive; EOPNOTSUPP or EINVAL for what the card does not know, EPERM without CAP_NET_ADMIN
     * @param text  the kernel's words, empty when it gave none
     */
    record Refused<T>(int errno, String text) implements DevlinkAnswer<T> {
        public boolean needsRoot() {
            return errno == Errno.EPERM;
        }
    }
}
