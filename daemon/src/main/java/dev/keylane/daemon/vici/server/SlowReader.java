package dev.keylane.daemon.vici.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts off a client that lets too much lie unread, or that has stopped reading; who reads slowly but steadily stays.
 * Linux tells of progress on a Unix stream socket only when most of its send buffer was read, some 160 KB by default,
 * so patience must be long enough to read as much.
 */
final class SlowReader {
    private static final Logger LOG = LoggerFactory.getLogger("CFG");

    private final Duration patience;
    private @Nullable Future<?> deadline;
    private long taken;

    /**
     * @param patience how long a client may read nothing of a full outbound buffer
     */
    SlowReader(Duration patience) {
        this.patience = patience;
    }

    void writabilityChanged(ChannelHandlerContext context) {
        gone();
        if (!context.channel().isWritable()) {
            watch(context, taken);
        }
    }

    private void watch(ChannelHandlerContext context, long takenBefore) {
        deadline = context.executor().schedule(() -> {
            if (taken == takenBefore) {
                cut(context, "does not read");
            } else {
                watch(context, taken);
            }
        }, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A message went out to the socket as a whole. */
    void messageTaken() {
        taken++;
    }

    /** Whether one more event may be queued; if not, the client is cut off. */
    boolean mayQueue(ChannelHandlerContext context) {
        if (context.channel().bytesBeforeWritable() <= MAX_UNREAD) {
            return true;
        }
        cut(context, "reads too slowly");
        return false;
    }

    void gone() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private static void cut(ChannelHandlerContext context, String fault) {
        LOG.warn("control socket: closing a connection that {}", fault);
        context.close();
    }

    private static final long MAX_UNREAD = 2 << 20;
}
