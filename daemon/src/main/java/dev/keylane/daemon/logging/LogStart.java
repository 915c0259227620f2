package dev.keylane.daemon.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/**
 * The log until the settings are read: lines on stderr, from INFO on or from what {@code KEYLANE_LOG} says. A file of
 * Logback's that is named by {@code logback.configurationFile} goes before. It is not a file itself: a start would read
 * XML for it, which costs hundreds of classes.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class LogStart extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName(LogOutput.APPENDER);
        console.setTarget("System.err");
        console.setEncoder(LogOutput.plain(context));
        console.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.toLevel(wanted(), Level.INFO));
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console);
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("io.vertx").setLevel(Level.WARN);
        // They look for a MAC address and for the loopback device, which nobody uses here; a network may have neither.
        context.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
        context.getLogger("io.netty.util.NetUtilInitializations").setLevel(Level.ERROR);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static String wanted() {
        String property = System.getProperty("KEYLANE_LOG");
        return property != null ? property : System.getenv().getOrDefault("KEYLANE_LOG", "");
    }
}
