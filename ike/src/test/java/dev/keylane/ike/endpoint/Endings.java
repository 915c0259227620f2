package dev.keylane.ike.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link.Weather;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.sim.ToyCrypto;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Closes what is left of a pair, and looks for anything that stays. */
final class Endings {
    private Endings() {
    }

    /** Lets both go on in fair weather for a while, then ends all there is. */
    static void close(Pair pair) {
        pair.link.weather(Weather.FAIR);
        pair.drive(Duration.ofSeconds(30));
        for (int round = 0; round < 2; round++) {
            for (Host host : List.of(pair.left, pair.right)) {
                host.endpoint.views().forEach(sa -> host.on(new Event.TerminateIke(0, sa.id(), true), pair.now));
            }
            pair.drive(Duration.ofMinutes(30));
        }
    }

    /**
     * @param cookies whether strangers may have been asked for one, which two secrets are kept for
     */
    static void check(Pair pair, boolean cookies) {
        for (Host host : List.of(pair.left, pair.right)) {
            assertThat(host.kernel).as("kernel").isEmpty();
            assertThat(host.offered).as("offered SPIs").isEmpty();
            assertThat(host.endpoint.nextTimeout()).as("timer").isEmpty();
            assertThat(host.endpoint.isEmpty()).as("endpoint is empty").isTrue();
            assertThat(((ToyCrypto) host.crypto()).open(sharedKeys(host))).as("keys")
                    .isLessThanOrEqualTo(cookies ? 2 : 0);
        }
    }

    /** The kernel and the core agree on what there is. */
    static void checkKernel(Host host) {
        List<Long> known = host.endpoint.views().stream().flatMap(view -> view.children().stream())
                .map(ChildSaView::sa).map(ChildSa::id).toList();
        assertThat(host.kernel.keySet()).as("SAs in the kernel").containsExactlyInAnyOrderElementsOf(known);
    }

    /** They live on with their configuration. */
    private static Set<Secret> sharedKeys(Host host) {
        Set<Secret> shared = Collections.newSetFromMap(new IdentityHashMap<>());
        host.sharedKeys.forEach(shared::add);
        return shared;
    }
}
