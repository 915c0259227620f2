package dev.keylane.daemon.shard;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.keylane.ike.sa.Effect;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogLinesTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private final Logger logger = (Logger) LoggerFactory.getLogger("ENC");
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private final LogLines lines = new LogLines();

    @BeforeEach
    void attach() {
        written.start();
        logger.addAppender(written);
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void detach() {
        logger.detachAppender(written);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private static Effect.Note note(int level, long sa, String connection, String text) {
        return new Effect.Note(Effect.Group.ENC, level, sa, connection, text, List.of());
    }

    private List<String> texts() {
        return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void namesTheSaAsCharonDoes() {
        lines.on(note(1, 0, "", "of nobody"), START);
        lines.on(note(1, 7, "", "of a stranger"), START);
        lines.on(note(1, 7, "west", "of a friend"), START);
        assertThat(texts()).containsExactly("of nobody", "<7> of a stranger", "<west|7> of a friend");
    }

    @Test
    void whatMustNotBeMissedIsAWarning() {
        lines.on(note(0, 0, "west", "it failed"), START);
        lines.on(note(1, 0, "west", "it began"), START);
        assertThat(written.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.INFO);
        logger.setLevel(Level.WARN);
        lines.on(note(0, 0, "west", "it failed again"), START);
        lines.on(note(1, 0, "west", "it began again"), START);
        assertThat(texts()).containsExactly("it failed", "it began", "it failed again");
    }

    @Test
    void detailsAreForThoseWhoAskForThem() {
        lines.on(note(2, 0, "", "a detail"), START);
        assertThat(texts()).isEmpty();
        logger.setLevel(Level.DEBUG);
        lines.on(note(2, 0, "", "a detail"), START);
        assertThat(texts()).containsExactly("a detail");
    }

    @Test
    void aFloodIsCutAndWhatIsLeftOutIsCounted() {
        for (int i = 0; i < 5000; i++) {
            lines.on(note(1, 7, "west", "again"), START.plusNanos(i));
        }
        assertThat(texts()).hasSize(1000);
        lines.on(note(1, 0, "", "later"), START.plusSeconds(1));
        assertThat(texts()).hasSize(1002).endsWith("4000 lines left out", "later");
    }

    @Test
    void strangersLeaveRoomForThoseWeKnow() {
        for (int i = 0; i < 5000; i++) {
            lines.on(note(1, i, "", "a stranger"), START.plusNanos(i));
        }
        assertThat(texts()).hasSize(100);
        lines.on(note(1, 7, "west", "a friend"), START.plusNanos(5000));
        assertThat(texts()).hasSize(101).endsWith("<west|7> a friend");
        lines.on(note(1, 0, "", "later"), START.plusSeconds(1));
        assertThat(texts()).hasSize(103).endsWith("4900 lines left out", "later");
    }
}
