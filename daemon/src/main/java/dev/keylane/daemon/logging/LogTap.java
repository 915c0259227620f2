package dev.keylane.daemon.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what is logged besides the core's notes: of the kernel, the configuration, the network and the daemon itself, with the
 * connection and the IKE SA where it is about one. As many lines a second as are written. A daemon's tap hears its own lines, and
 * those of the process.
 */
public final class LogTap extends UnsynchronizedAppenderBase<ILoggingEvent> implements AutoCloseable {
    /** Keys of a line's context, as in {@link org.slf4j.MDC}. */
    public static final String CONNECTION = "connection";
    public static final String IKE_SA = "ike_sa";

    private final Listener listener;
    private final Logger root;
    private final @Nullable LogOwner owner = LogOwner.ofThisThread();
    private final ThreadLocal<Boolean> telling = ThreadLocal.withInitial(() -> false);

    /** On any thread; what it logs itself on that thread is not heard. */
    @FunctionalInterface
    public interface Listener {
        /**
         * @param level      0 for warnings and errors, 1 as usual, 2 for details
         * @param ikeSa      0 when it is about none
         * @param connection empty when it is about none
         */
        void line(String group, int level, long ikeSa, String connection, String text, Instant at);
    }

    private LogTap(Listener listener, Logger root) {
        this.listener = listener;
        this.root = root;
    }

    /** Until it is closed; lines of the {@link LogOwner} that this thread works for. */
    public static LogTap open(Listener listener) {
        LogTap tap = new LogTap(listener, LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME));
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                && tap.root instanceof ch.qos.logback.classic.Logger logger) {
            tap.setContext(context);
            tap.addFilter(new LineLimit(false));
            tap.start();
            logger.addAppender(tap);
        }
        return tap;
    }

    /** The core's notes go to those who listen by another way. */
    static boolean isNote(ILoggingEvent event) {
        return event.getKeyValuePairs() != null
                && event.getKeyValuePairs().stream().anyMatch(pair -> pair.key.equals(JsonLine.TEXT));
    }

    /** A failure of whoever listens is logged with its trace: it must not come back to him. */
    @Override
    protected void append(ILoggingEvent event) {
        if (telling.get() || isOfAnother() || isNote(event) || event.getThrowableProxy() != null
                || !GROUP.matcher(event.getLoggerName()).matches()) {
            return;
        }
        telling.set(true);
        try {
            tell(event);
        } finally {
            telling.remove();
        }
    }

    private boolean isOfAnother() {
        LogOwner logging = LogOwner.ofThisThread();
        return logging != null && owner != null && logging != owner;
    }

    private void tell(ILoggingEvent event) {
        Map<String, String> about = event.getMDCPropertyMap();
        int level = event.getLevel().isGreaterOrEqual(Level.WARN) ? 0 : event.getLevel().isGreaterOrEqual(Level.INFO) ? 1 : 2;
        listener.line(event.getLoggerName(), level, Long.parseLong(about.getOrDefault(IKE_SA, "0")),
                about.getOrDefault(CONNECTION, ""), event.getFormattedMessage(), event.getInstant());
    }

    @Override
    public void close() {
        if (root instanceof ch.qos.logback.classic.Logger logger) {
            logger.detachAppender(this);
        }
        stop();
    }

    private static final Pattern GROUP = Pattern.compile("[A-Z]{3}");
}
