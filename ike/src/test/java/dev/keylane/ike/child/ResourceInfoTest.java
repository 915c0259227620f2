package dev.keylane.ike.child;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.sim.SeededRandom;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 9611 §5.1. */
class ResourceInfoTest {
    private final ResourceIds ids = new ResourceIds(new SeededRandom(1));

    private NotifyPayload of(Resource resource) {
        return ResourceInfo.of(resource, ids);
    }

    @Test
    void protocolAndSpiAreEmpty() {
        assertThat(of(Resource.cpu(3)))
                .extracting(NotifyPayload::protocol, NotifyPayload::spi, NotifyPayload::notifyType)
                .containsExactly(0, Octets.EMPTY, 16444);
    }

    @Test
    void theFallbackHasNoIdentifierAndCpusHaveTheirOwnForGood() {
        assertThat(of(Resource.FALLBACK).data()).isEqualTo(Octets.EMPTY);
        assertThat(of(Resource.cpu(0)).data().length()).isEqualTo(4);
        assertThat(of(Resource.cpu(0))).isEqualTo(of(Resource.cpu(0))).isNotEqualTo(of(Resource.cpu(1)));
    }

    /** "The Identifier … SHOULD NOT disclose hardware facts": the same CPU is another number in another daemon. */
    @Test
    void theIdentifierDoesNotTellTheCpu() {
        assertThat(of(Resource.cpu(1)).data()).isNotEqualTo(Octets.of(0, 0, 0, 1))
                .isNotEqualTo(ResourceInfo.of(Resource.cpu(1), new ResourceIds(new SeededRandom(2))).data());
    }

    @Test
    void noTwoCpusShareOne() {
        int[] drawn = {0};
        ResourceIds clumsy = new ResourceIds(count -> Octets.of(0, 0, 0, drawn[0]++ / 2));
        assertThat(clumsy.of(0)).isNotEqualTo(clumsy.of(1));
        assertThat(clumsy.of(1)).isNotEqualTo(clumsy.of(2));
    }

    @Test
    void itIsFoundInAMessageWhateverItsLength() {
        IkeHeader header = new IkeHeader(1, 2, ExchangeType.CREATE_CHILD_SA, true, false, 3);
        assertThat(ResourceInfo.in(new IkeMessage(header, List.of()))).isFalse();
        IkeMessage odd = new IkeMessage(header, List.of(new NotifyPayload(3, Octets.of(1), 16444, Octets.of(1, 2, 3))));
        assertThat(ResourceInfo.in(odd)).isTrue();
    }
}
