package dev.keylane.ike.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.HalfOpenLimits;
import dev.keylane.ike.sa.IkeSa;
import dev.keylane.ike.wire.Octets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SaTableTest {
    private long lastId;
    private static final IpEndpoint HERE = new IpEndpoint(IpAddress.of("192.0.2.1"), 500);
    private static final IpEndpoint THERE = new IpEndpoint(IpAddress.of("198.51.100.2"), 500);
    private final SaTable table = new SaTable(HalfOpenLimits.DEFAULT);

    /** A responder's SA that has not begun is over at once, so it comes and goes with a settle. */
    private IkeSa added(long spi, HalfOpen.InitKey key) {
        IkeSa sa = IkeSa.responder(++lastId, spi, 9, new Path(HERE, THERE), Instant.EPOCH);
        table.add(sa, key, new HalfOpen.Guest(THERE.address(), false));
        return sa;
    }

    @Test
    void anSaIsFoundByEverythingItIsFiledUnder() {
        HalfOpen.InitKey key = new HalfOpen.InitKey(THERE, Octets.of(1));
        IkeSa sa = added(5, key);
        assertThat(table.byId(sa.id())).contains(sa);
        assertThat(table.bySpi(5)).contains(sa);
        assertThat(table.halfOpen().find(key)).contains(sa);
        assertThat(table.halfOpen().find(new HalfOpen.InitKey(THERE, Octets.of(2)))).isEmpty();
        assertThat(table.halfOpen().find(new HalfOpen.InitKey(THERE.withPort(501), Octets.of(1)))).isEmpty();
        assertThat(table.isTaken(5)).isTrue();
        assertThat(table.isTaken(6)).isFalse();
        assertThat(table.halfOpen().size()).isEqualTo(1);
    }

    @Test
    void whatIsOverIsForgottenWhollyAndOnce() {
        HalfOpen.InitKey key = new HalfOpen.InitKey(THERE, Octets.of(1));
        IkeSa sa = added(5, key);
        table.settle(sa);
        table.settle(sa);
        assertThat(table.isEmpty()).isTrue();
        assertThat(table.byId(sa.id())).isEqualTo(Optional.empty());
        assertThat(table.nextDue()).isEmpty();
        assertThat(table.takeDue(Instant.MAX)).isEmpty();
    }
}
