package dev.keylane.daemon.link;

import dev.keylane.daemon.kernel.LinkChange;
import dev.keylane.rtnetlink.Links;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the devices of a network namespace. News come on the listener's thread; there is one task for the executor at
 * the most, which takes all that has come until it runs: a link that flaps a thousand times a second fills no queue.
 */
public final class LinkWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final Executor executor;
    private final Consumer<LinkChange> listener;
    private final LinkHistory history = new LinkHistory();
    private final Links links;

    private LinkWatch(Executor executor, Consumer<LinkChange> listener) {
        this.executor = executor;
        this.listener = listener;
        this.links = new Links(this::hear);
    }

    /**
     * Follows them from now on; how they are now is told first.
     *
     * @throws dev.keylane.linux.LinuxException when there is no rtnetlink
     */
    public static LinkWatch open(Executor executor, Consumer<LinkChange> listener) {
        LinkWatch watch = new LinkWatch(executor, listener);
        watch.tell(watch.history.are(watch.links.list(), false));
        return watch;
    }

    private void hear(Links.News news) {
        switch (news) {
            case Links.News.Is(Links.Link link) -> tell(history.is(link));
            case Links.News.Gone(int index) -> tell(history.gone(index));
            case Links.News.Missed _ -> {
                LOG.warn("news of links were lost, reading all of them");
                tell(history.are(links.list(), true));
            }
        }
    }

    private void tell(boolean first) {
        if (first) {
            executor.execute(() -> history.take().forEach(listener));
        }
    }

    @Override
    public void close() {
        links.close();
    }
}
