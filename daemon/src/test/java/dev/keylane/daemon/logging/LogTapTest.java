package dev.keylane.daemon.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class LogTapTest {
    private final Thread self = Thread.currentThread();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Logger logger = LoggerFactory.getLogger("KNL");

    /** Other tests may log meanwhile. */
    private LogTap tap() {
        return LogTap.open((group, level, ikeSa, connection, text, _) -> {
            if (Thread.currentThread() == self) {
                heard.add(group + level + " " + connection + "|" + ikeSa + " " + text);
            }
        });
    }

    @Test
    void hearsWhatIsLoggedWithWhatItIsAbout() {
        try (LogTap _ = tap()) {
            logger.info("creating acquire job for policy {}", 7);
            MDC.put(LogTap.CONNECTION, "west");
            MDC.put(LogTap.IKE_SA, "3");
            logger.warn("no offload");
            MDC.clear();
            logger.debug("a detail nobody has asked for");
            LoggerFactory.getLogger("io.example").warn("not ours");
            logger.error("a listener failed", new IllegalStateException("again"));
            logger.atInfo().addKeyValue(JsonLine.TEXT, "a note").log("a note");
        } finally {
            MDC.clear();
        }
        logger.info("later");
        assertThat(heard).containsExactly("KNL1 |0 creating acquire job for policy 7", "KNL0 west|3 no offload");
    }

    @Test
    void whatAListenerLogsDoesNotComeBackToHim() {
        try (LogTap _ = LogTap.open((_, _, _, _, text, _) -> {
            heard.add(text);
            logger.warn("once more: {}", text);
        })) {
            logger.warn("first");
        }
        assertThat(heard).contains("first").noneMatch(text -> text.startsWith("once more: first"));
    }

    @Test
    void hearsItsOwnDaemonAndTheProcess() throws InterruptedException {
        LogOwner left = new LogOwner();
        LogOwner right = new LogOwner();
        try (LogTap _ = tap(left, "left"); LogTap _ = tap(right, "right")) {
            Thread worker;
            try (LogOwner.Work _ = left.begin()) {
                worker = Thread.ofPlatform().start(() -> Thread.startVirtualThread(() -> logger.warn("LogTapTest: mine")));
                worker.join();
            }
            logger.warn("LogTapTest: everybody's");
            await(() -> heard.size() >= 3);
        }
        assertThat(heard).containsExactlyInAnyOrder("left LogTapTest: mine", "left LogTapTest: everybody's",
                "right LogTapTest: everybody's");
    }

    private LogTap tap(LogOwner owner, String name) {
        try (LogOwner.Work _ = owner.begin()) {
            return LogTap.open((_, _, _, _, text, _) -> {
                if (text.startsWith("LogTapTest")) {
                    heard.add(name + " " + text);
                }
            });
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 500 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
    }

    @Test
    void aFloodIsCut() {
        try (LogTap _ = tap()) {
            long begun = System.currentTimeMillis() / 1000;
            for (int i = 0; i < 5000; i++) {
                logger.warn("refused");
            }
            long seconds = System.currentTimeMillis() / 1000 - begun + 1;
            assertThat(heard.size()).isBetween(1, (int) (seconds * LineLimit.MOST_PER_SECOND));
        }
    }
}
