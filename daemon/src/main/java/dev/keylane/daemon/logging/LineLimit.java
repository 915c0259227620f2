package dev.keylane.daemon.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of lines that are no notes of the core's, which have their own limit, so many are written a second: a kernel that refuses
 * everything, or a directory of broken files, is told of in its first thousand lines. How many were left out is said afterwards.
 */
final class LineLimit extends Filter<ILoggingEvent> {
    private final boolean tells;
    private long second = Long.MIN_VALUE;
    private int written;
    private long suppressed;

    /** @param tells whether it says how many it has left out: one of those beside each other is enough */
    LineLimit(boolean tells) {
        this.tells = tells;
    }

    @Override
    public synchronized FilterReply decide(ILoggingEvent event) {
        if (LogTap.isNote(event)) {
            return FilterReply.NEUTRAL;
        }
        long now = Math.floorDiv(event.getTimeStamp(), 1000L);
        if (now != second) {
            second = now;
            written = 0;
            if (tells && suppressed > 0) {
                long count = suppressed;
                suppressed = 0;
                // An appender takes nothing from the thread that it is writing for.
                Thread.startVirtualThread(() -> LOG.warn("{} lines left out", count));
            }
        }
        if (written >= MOST_PER_SECOND) {
            suppressed++;
            return FilterReply.DENY;
        }
        written++;
        return FilterReply.NEUTRAL;
    }

    static final int MOST_PER_SECOND = 1000;
    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
