package dev.keylane.daemon.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import dev.keylane.daemon.config.LogSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of this process. */
public final class LogOutput {
    private LogOutput() {
    }

    /** From now on; groups that are not named log as they do without settings. */
    public static synchronized void use(LogSettings settings) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLoggerList().stream().filter(logger -> logger.getName().matches("[A-Z]{3}"))
                    .forEach(logger -> logger.setLevel(null));
            settings.levels().forEach((group, level) -> context.getLogger(group).setLevel(level(level)));
            if (context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(APPENDER)
                    instanceof ConsoleAppender<ILoggingEvent> console) {
                encode(console, settings.json(), context);
                if (console.getCopyOfAttachedFiltersList().stream().noneMatch(LineLimit.class::isInstance)) {
                    console.addFilter(new LineLimit(true));
                }
            }
        }
    }

    /** strongSwan's 0 are what must not be missed, 1 what is written by itself, 2 to 4 details of which we have one kind. */
    static @Nullable Level level(int level) {
        return switch (level) {
            case -1 -> Level.OFF;
            case 0 -> Level.WARN;
            case 1 -> null;
            default -> Level.DEBUG;
        };
    }

    /** A line as a JSON object, without its end, whatever the levels. */
    public static String json(org.slf4j.event.Level level, String group, String message) {
        Logger logger = LoggerFactory.getLogger(group);
        return new JsonLine().doLayout(new LoggingEvent(LogOutput.class.getName(), (ch.qos.logback.classic.Logger) logger,
                Level.convertAnSLF4JLevel(level), message, null, null)).stripTrailing();
    }

    private static void encode(ConsoleAppender<ILoggingEvent> console, boolean json, LoggerContext context) {
        boolean already = console.getEncoder() instanceof LayoutWrappingEncoder<ILoggingEvent> one
                && one.getLayout() instanceof JsonLine;
        if (json == already) {
            return;
        }
        console.setEncoder(json ? json(context) : plain(context));
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonLine layout = new JsonLine();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }

    static Encoder<ILoggingEvent> plain(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PLAIN);
        encoder.start();
        return encoder;
    }

    static final String APPENDER = "stderr";
    private static final String PLAIN = "%d{HH:mm:ss.SSS} [%logger{0}] %msg%n";
}
