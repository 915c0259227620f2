package dev.keylane.daemon.link;

import dev.keylane.daemon.kernel.CardChange;
import dev.keylane.devlink.DevlinkNews;
import dev.keylane.linux.LinuxException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows how the cards of a network namespace are set. As with links, there is one task for the executor at the most.
 */
public final class CardWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final Executor executor;
    private final Consumer<CardChange> listener;
    private final Optional<DevlinkNews> news;
    private final Set<String> changed = new HashSet<>();
    private boolean missed;

    private CardWatch(Executor executor, Consumer<CardChange> listener) {
        this.executor = executor;
        this.listener = listener;
        this.news = DevlinkNews.open(this::hear);
    }

    /** One that tells nothing where the kernel has no devlink, or does not let us listen. */
    public static AutoCloseable open(Executor executor, Consumer<CardChange> listener) {
        try {
            return new CardWatch(executor, listener);
        } catch (LinuxException refused) {
            LOG.warn("cards are not watched: {}", refused.getMessage());
            return () -> { };
        }
    }

    private synchronized void hear(DevlinkNews.News one) {
        boolean first = changed.isEmpty() && !missed;
        switch (one) {
            case DevlinkNews.News.Changed(var card) -> changed.add(card.name());
            case DevlinkNews.News.Missed _ -> missed = true;
        }
        if (first) {
            executor.execute(() -> listener.accept(take()));
        }
    }

    private synchronized CardChange take() {
        CardChange change = new CardChange(missed ? Set.of() : changed);
        changed.clear();
        missed = false;
        return change;
    }

    @Override
    public void close() {
        news.ifPresent(DevlinkNews::close);
    }
}
