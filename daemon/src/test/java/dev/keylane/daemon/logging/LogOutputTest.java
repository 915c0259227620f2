package dev.keylane.daemon.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import dev.keylane.daemon.config.LogSettings;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class LogOutputTest {
    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

    @AfterEach
    void asBefore() {
        LogOutput.use(LogSettings.DEFAULT);
    }

    private ConsoleAppender<ILoggingEvent> console() {
        return (ConsoleAppender<ILoggingEvent>) context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender("stderr");
    }

    private LoggingEvent event(String message) {
        LoggingEvent event = new LoggingEvent("x", context.getLogger("IKE"), Level.INFO, message, null, null);
        event.setInstant(Instant.parse("2026-11-21T10:00:00.123Z"));
        return event;
    }

    private String written(LoggingEvent event) {
        return new String(console().getEncoder().encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void levelsAreStrongSwans() {
        LogOutput.use(new LogSettings(Map.of("IKE", -1, "KNL", 0, "CFG", 1, "CHD", 2, "NET", 4), false, Optional.empty()));
        assertThat(List.of("IKE", "KNL", "CFG", "CHD", "NET")).extracting(group -> context.getLogger(group).getEffectiveLevel())
                .containsExactly(Level.OFF, Level.WARN, root().getLevel(), Level.DEBUG, Level.DEBUG);
        LogOutput.use(LogSettings.DEFAULT);
        assertThat(context.getLogger("IKE").getEffectiveLevel()).isEqualTo(root().getLevel());
    }

    private Logger root() {
        return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    @Test
    void plainLinesAreAsBefore() {
        LogOutput.use(new LogSettings(Map.of(), true, Optional.empty()));
        LogOutput.use(LogSettings.DEFAULT);
        assertThat(written(event("<gw|1> hello"))).matches("\\d\\d:\\d\\d:00\\.123 \\[IKE] <gw\\|1> hello\n");
    }

    @Test
    void aLineMayBeJson() {
        LogOutput.use(new LogSettings(Map.of(), true, Optional.empty()));
        assertThat(written(event("say \"hi\"\\\n\uD83D\uDE00"))).isEqualTo("{\"time\":\"2026-11-21T10:00:00.123Z\","
                + "\"level\":\"info\",\"group\":\"IKE\",\"message\":\"say \\\"hi\\\"\\\\\\u000a\\ud83d\\ude00\"}\n");
        LoggingEvent event = event("<gw|1> hello");
        event.setKeyValuePairs(List.of(new KeyValuePair("ike_sa", 1L), new KeyValuePair("connection", "gw"),
                new KeyValuePair("text", "hello")));
        assertThat(written(event)).isEqualTo("{\"time\":\"2026-11-21T10:00:00.123Z\",\"level\":\"info\",\"group\":\"IKE\","
                + "\"ike_sa\":1,\"connection\":\"gw\",\"message\":\"hello\"}\n");
    }
}
