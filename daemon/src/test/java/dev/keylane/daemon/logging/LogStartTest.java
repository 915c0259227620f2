package dev.keylane.daemon.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.core.ConsoleAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogStartTest {
    @AfterEach
    void asBefore() {
        System.clearProperty("KEYLANE_LOG");
        System.clearProperty("logback.configurationFile");
    }

    @Test
    void isWhatLogbackBeginsWith() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr")).isInstanceOfSatisfying(
                ConsoleAppender.class, console -> assertThat(console.getTarget()).isEqualTo("System.err"));
        assertThat(context.getLogger("io.vertx").getLevel()).isEqualTo(Level.WARN);
        assertThat(context.getLogger("io.netty.util.internal.MacAddressUtil").isWarnEnabled()).isFalse();
        assertThat(context.getLogger("io.netty.util.NetUtilInitializations").isWarnEnabled()).isFalse();
    }

    @Test
    void takesTheLevelFromOutside() {
        System.setProperty("KEYLANE_LOG", "error");
        LoggerContext context = new LoggerContext();
        assertThat(new LogStart().configure(context)).isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
        assertThat(context.getLogger("IKE").getEffectiveLevel()).isEqualTo(Level.ERROR);
    }

    @Test
    void leavesTheLogToAFileThatIsNamed() {
        System.setProperty("logback.configurationFile", "mine.xml");
        LoggerContext context = new LoggerContext();
        assertThat(new LogStart().configure(context)).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr")).isNull();
    }
}
