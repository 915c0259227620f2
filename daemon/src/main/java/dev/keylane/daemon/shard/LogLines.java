package dev.keylane.daemon.shard;

import dev.keylane.ike.sa.Effect;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The core's notes as log lines, charon's form: the group, then the IKE SA in angle brackets. Strangers can cause notes,
 * so there is a limit to how many are written a second, and a lower one for those about no connection; how many were left
 * out is said afterwards.
 */
final class LogLines {
    /** Messages are many, and leave the rest its room. */
    private final Ration messages = new Ration();
    private final Ration others = new Ration();

    /** Whether those who listen to the log may hear of it, too: details, which they ask for, are not limited. */
    boolean on(Effect.Note note, Instant now) {
        Logger logger = LoggerFactory.getLogger(note.group().name());
        boolean may = note.level() > 1 || mayTell(note, now, logger);
        if (may && logger.isEnabledForLevel(level(note))) {
            write(note, logger);
        }
        return may;
    }

    private static void write(Effect.Note note, Logger logger) {
        LoggingEventBuilder line = logger.atLevel(level(note));
        String message = note.message();
        if (note.ikeSa() != 0) {
            line = line.addKeyValue("ike_sa", note.ikeSa());
        }
        line = note.connection().isEmpty() ? line : line.addKeyValue("connection", note.connection());
        // By this, too, notes are told from other lines.
        line = line.addKeyValue("text", message);
        line.log("{}{}", prefix(note), message);
    }

    private static Level level(Effect.Note note) {
        return note.level() > 1 ? Level.DEBUG : note.level() == 1 ? Level.INFO : Level.WARN;
    }

    private static String prefix(Effect.Note note) {
        if (note.ikeSa() == 0) {
            return "";
        }
        return "<" + (note.connection().isEmpty() ? "" : note.connection() + "|") + note.ikeSa() + "> ";
    }

    private boolean mayTell(Effect.Note note, Instant now, Logger logger) {
        return (note.group() == Effect.Group.ENC ? messages : others).admits(note, now, logger);
    }

    /** What may be told in a second. */
    private static final class Ration {
        private Instant second = Instant.MIN;
        private int written;
        private int writtenOfStrangers;
        private long suppressed;

        boolean admits(Effect.Note note, Instant now, Logger logger) {
            if (!second.plus(ONE).isAfter(now)) {
                second = now;
                written = 0;
                writtenOfStrangers = 0;
                if (suppressed > 0 && logger.isInfoEnabled()) {
                    logger.warn("{} lines left out", suppressed);
                }
                suppressed = 0;
            }
            boolean stranger = note.connection().isEmpty();
            if (written >= MOST_PER_SECOND || stranger && writtenOfStrangers >= MOST_OF_STRANGERS) {
                suppressed++;
                return false;
            }
            written++;
            writtenOfStrangers += stranger ? 1 : 0;
            return true;
        }
    }

    private static final Duration ONE = Duration.ofSeconds(1);
    private static final int MOST_PER_SECOND = 1000;
    private static final int MOST_OF_STRANGERS = 100;
}
