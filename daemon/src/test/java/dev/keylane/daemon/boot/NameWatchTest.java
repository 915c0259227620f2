package dev.keylane.daemon.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.Samples;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.PolicyBook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NameWatchTest {
    private static final IpAddress ADDRESS = IpAddress.of("192.0.2.1");

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<Map<String, List<IpAddress>>> found = new LinkedBlockingQueue<>();
    private volatile boolean known;
    private final NameWatch watch = new NameWatch(name -> {
        asked.add(name);
        return known ? List.of(ADDRESS) : List.of();
    }, Duration.ofMillis(10));

    @AfterEach
    void close() {
        watch.close();
    }

    private static PolicyBook book(AddressPattern... remote) {
        Connection connection = Samples.BLUE_FIELD;
        return new PolicyBook(List.of(connection.with(new Endpoints(connection.endpoints().local(), List.of(remote), 0, 0))),
                List.of());
    }

    /** Tells how long each look is waited for. */
    private static final class Recording extends ScheduledThreadPoolExecutor {
        private final BlockingQueue<Long> waits = new LinkedBlockingQueue<>();

        private Recording() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            waits.add(unit.toMillis(delay));
            return super.schedule(command, delay, unit);
        }
    }

    @Test
    void aNewNameIsLookedUpSoonThoughAnotherHasWaitedLong() throws Exception {
        Recording thread = new Recording();
        try (NameWatch waiting = new NameWatch(name -> {
            asked.add(name);
            return List.of();
        }, Duration.ofMillis(10), thread)) {
            waiting.use(book(AddressPattern.unresolved("old.example")));
            assertThat(List.of(thread.waits.take(), thread.waits.take(), thread.waits.take())).containsExactly(10L, 20L, 40L);
            waiting.use(book(AddressPattern.unresolved("old.example"), AddressPattern.unresolved("new.example")));
            Long wait = 0L;
            while (wait != null && wait != 10) {
                wait = thread.waits.poll(5, TimeUnit.SECONDS);
            }
            assertThat(wait).as("not what is left of the other's").isEqualTo(10);
            assertThat(thread.waits.take()).as("and ever more rarely").isEqualTo(20);
            assertThat(thread.waits.take()).isEqualTo(40);
        }
    }

    @Test
    void aLookThatFailsIsNotTheLast() throws Exception {
        try (NameWatch failing = new NameWatch(name -> {
            asked.add(name);
            throw new AssertionError("of the resolver");
        }, Duration.ofMillis(10))) {
            failing.use(book(AddressPattern.unresolved("gw.example")));
            assertThat(asked.take()).isEqualTo("gw.example");
            assertThat(asked.poll(10, TimeUnit.SECONDS)).isEqualTo("gw.example");
        }
    }

    @Test
    void aNameIsLookedUpUntilItHasAnAddressAndThenNoMore() throws Exception {
        watch.listen(addresses -> {
            found.add(addresses);
            watch.use(book(AddressPattern.of(ADDRESS)));
        });
        watch.use(book(AddressPattern.unresolved("gw.example")));
        assertThat(asked.take()).isEqualTo("gw.example");
        assertThat(asked.take()).as("again").isEqualTo("gw.example");
        assertThat(found).isEmpty();
        known = true;
        assertThat(found.take()).isEqualTo(Map.of("gw.example", List.of(ADDRESS)));
        asked.clear();
        assertThat(asked.poll(100, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void whoCannotWaitIsAnsweredWhenItHasBeenTold() throws Exception {
        known = true;
        watch.listen(found::add);
        watch.lookUp(Set.of("gw.example")).toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(found).containsExactly(Map.of("gw.example", List.of(ADDRESS)));
    }
}
