package dev.keylane.daemon.boot;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps that take apart what was built, run in the opposite order; one that fails does not keep the others from it. */
final class Undo {
    private final Deque<AutoCloseable> steps = new ArrayDeque<>();
    private volatile boolean started;

    void add(AutoCloseable step) {
        steps.push(step);
    }

    /** A step that is for a start which failed alone. */
    void addUntilStarted(AutoCloseable step) {
        add(() -> {
            if (!started) {
                step.close();
            }
        });
    }

    void started() {
        started = true;
    }

    void run() {
        while (!steps.isEmpty()) {
            try {
                steps.pop().close();
            } catch (Exception failed) {
                LOG.error("stopping: {}", failed.toString());
            }
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
