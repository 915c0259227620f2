package dev.keylane.daemon.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.control.Counter;
import dev.keylane.daemon.control.InitiateRequest;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.control.SaSelector;
import dev.keylane.daemon.control.TerminateRequest;
import dev.keylane.daemon.control.Timeout;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.ike.sa.Alert;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What subscribers hear, and what is counted by connection, as two daemons key, rekey and part. */
@org.junit.jupiter.api.Timeout(60)
class EventsTest extends TwoShards {
    private final List<ControlEvent> heard = new CopyOnWriteArrayList<>();
    private final List<ControlEvent.Alerted> alerts = new CopyOnWriteArrayList<>();

    @BeforeEach
    void listen() {
        left.control.subscribe(event -> {
            switch (event) {
                case ControlEvent.LogLine _ -> {
                }
                // A busy machine repeats a request now and then.
                case ControlEvent.Alerted alerted -> alerts.add(alerted);
                default -> heard.add(event);
            }
        });
    }

    @Test
    void aRekeyedChildNeitherComesNorGoes() throws Exception {
        initiate(8000);
        Rig.await(left.control.rekey(new SaSelector("bf", null, null, null)));
        awaitEvents(3);
        assertThat(heard).extracting(Rig::name).containsExactly("IkeUpDown", "ChildUpDown", "ChildRekeyed");
        ControlEvent.ChildRekeyed rekeyed = (ControlEvent.ChildRekeyed) heard.getLast();
        assertThat(rekeyed.old().child().state()).isEqualTo(ChildSaView.State.REKEYING);
        assertThat(rekeyed.fresh().child().state()).isEqualTo(ChildSaView.State.INSTALLED);
        assertThat(rekeyed.fresh().child().sa().id()).isGreaterThan(rekeyed.old().child().sa().id());
        Map<Counter, Long> counts = Rig.await(left.control.counters()).get("left-right");
        assertThat(counts).containsEntry(Counter.CHILD_REKEY, 1L).containsEntry(Counter.IKE_AUTH_OUT_REQ, 1L)
                .containsEntry(Counter.IKE_AUTH_IN_RESP, 1L).containsEntry(Counter.CREATE_CHILD_OUT_REQ, 1L)
                .doesNotContainKey(Counter.IKE_INIT_IN_REQ);
        assertThat(Rig.await(right.control.counters()).get("")).containsEntry(Counter.IKE_INIT_IN_REQ, 1L)
                .containsEntry(Counter.IKE_INIT_OUT_RESP, 1L).containsEntry(Counter.CREATE_CHILD_IN_REQ, 1L);
    }

    @Test
    void anIkeSaGoesBeforeItsChildren() throws Exception {
        initiate(8000);
        heard.clear();
        Rig.await(left.control.terminate(new TerminateRequest(new SaSelector(null, "left-right", null, null), false,
                new Timeout(8000))));
        awaitEvents(2);
        assertThat(heard).extracting(Rig::name).containsExactly("IkeUpDown", "ChildUpDown");
        assertThat(((ControlEvent.IkeUpDown) heard.getFirst()).sa().ike().state()).isEqualTo(IkeSaView.State.DELETING);
    }

    @Test
    void aReplacedIkeSaIsShownAsSuch() throws Exception {
        initiate(8000);
        heard.clear();
        Rig.await(left.control.rekey(new SaSelector(null, "left-right", null, null)));
        awaitEvents(1);
        ControlEvent.IkeRekeyed rekeyed = (ControlEvent.IkeRekeyed) heard.getFirst();
        assertThat(rekeyed.old().ike().state()).isEqualTo(IkeSaView.State.REKEYING);
        assertThat(rekeyed.fresh().ike().state()).isEqualTo(IkeSaView.State.ESTABLISHED);
        assertThat(Rig.await(left.control.counters()).get("left-right")).containsEntry(Counter.IKE_REKEY_INIT, 1L);
        Rig.await(left.control.resetCounters("left-right", false));
        assertThat(Rig.await(left.control.counters())).doesNotContainKey("left-right").containsKey("");
    }

    @Test
    void whatIsSentAgainIsAlertedButCountedOnce() throws Exception {
        left.peer = null;
        initiate(300);
        assertThat(alerts).extracting(ControlEvent.Alerted::alert).contains(Alert.RETRANSMIT_SEND);
        assertThat(alerts.getFirst().sa()).isNotNull();
        assertThat(Rig.await(left.control.counters()).get("left-right")).containsEntry(Counter.IKE_INIT_OUT_REQ, 1L);
        Rig.await(left.control.closeAll());
        assertThat(alerts).contains(new ControlEvent.Alerted(Alert.SHUTDOWN_SIGNAL, null));
    }

    private Outcome initiate(long millis) throws Exception {
        return Rig.await(left.control.initiate(new InitiateRequest("bf", null, new Timeout(millis))));
    }

    private void awaitEvents(int count) throws InterruptedException {
        for (int i = 0; i < 500 && heard.size() < count; i++) {
            Thread.sleep(Duration.ofMillis(10));
        }
        Thread.sleep(Duration.ofMillis(50));
    }
}
