package dev.keylane.netlink;

import org.jspecify.annotations.Nullable;

/**
 * The kernel's answer to one request.
 *
 * @param data what came before the acknowledgement, null when nothing did
 */
public record NetlinkReply<T>(Acknowledgement acknowledgement, @Nullable T data) {
}
