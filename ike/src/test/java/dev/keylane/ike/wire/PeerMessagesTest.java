package dev.keylane.ike.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.HexFile;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.Transform;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.SaPayload;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole messages modelled on what strongSwan and libreswan send; each resource says how it was made. */
class PeerMessagesTest {
    private static Octets datagram(String name) {
        return HexFile.read("wire/" + name).get("datagram");
    }

    private static IkeMessage decode(String name) {
        return ((Decoded.Ok) MessageCodec.decode(datagram(name))).message();
    }

    @Test
    void readsWhatStrongswanSendsFirst() {
        IkeMessage message = decode("strongswan-ike-sa-init.hex");
        assertThat(message.header()).isEqualTo(Wire.HEADER);
        assertThat(message.first(SaPayload.class).orElseThrow().proposals()).containsExactly(
                new Proposal(1, 1, Octets.EMPTY, List.of(new Transform(1, 12, 128, false),
                        new Transform(3, 12, 0, false), new Transform(2, 5, 0, false),
                        new Transform(4, 31, 0, false))));
        KePayload ke = message.first(KePayload.class).orElseThrow();
        assertThat(ke.group()).isEqualTo(31);
        assertThat(ke.data().length()).isEqualTo(32);
        assertThat(message.first(NoncePayload.class).orElseThrow().data().length()).isEqualTo(32);
        assertThat(message.notifies()).extracting(NotifyPayload::notifyType).containsExactly(
                NotifyType.NAT_DETECTION_SOURCE_IP, NotifyType.NAT_DETECTION_DESTINATION_IP,
                NotifyType.FRAGMENTATION_SUPPORTED, NotifyType.SIGNATURE_HASH_ALGORITHMS,
                NotifyType.REDIRECT_SUPPORTED);
    }

    @Test
    void readsWhatLibreswanSendsFirst() {
        IkeMessage message = decode("libreswan-ike-sa-init.hex");
        List<Proposal> proposals = message.first(SaPayload.class).orElseThrow().proposals();
        assertThat(proposals).extracting(Proposal::number).containsExactly(1, 2, 3, 4, 5);
        assertThat(proposals).extracting(proposal -> proposal.transforms().getFirst()).containsExactly(
                new Transform(1, 20, 256, false), new Transform(1, 20, 128, false), new Transform(1, 28, 0, false),
                new Transform(1, 12, 256, false), new Transform(1, 12, 128, false));
        assertThat(proposals.getLast().transforms()).hasSize(13);
        assertThat(message.payloads()).extracting(Payload::type).containsExactly(33, 34, 40, 41, 41, 41);
    }

    @Test
    void readsLibreswansAnswer() {
        IkeMessage message = decode("libreswan-ike-sa-init-answer.hex");
        assertThat(message.header().response()).isTrue();
        assertThat(message.header().initiator()).isFalse();
        assertThat(message.header().spiResponder()).isEqualTo(0xa4c1e2d3f4051627L);
        assertThat(message.first(SaPayload.class).orElseThrow().proposals()).hasSize(1);
        assertThat(message.notify(NotifyType.CHILDLESS_IKEV2_SUPPORTED)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"strongswan-ike-sa-init.hex", "libreswan-ike-sa-init.hex",
        "libreswan-ike-sa-init-answer.hex"})
    void writesTheSameOctetsAgain(String name) {
        IkeMessage message = decode(name);
        assertThat(MessageCodec.encode(message.header(), message.payloads())).isEqualTo(datagram(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"strongswan-ike-sa-init.hex", "libreswan-ike-sa-init.hex"})
    void refusesEveryTruncationEvenWithAFittingLength(String name) {
        Octets whole = datagram(name);
        for (int length = IkeHeader.SIZE; length < whole.length(); length++) {
            int cut = length;
            Octets part = Wire.changed(whole.slice(0, length), bytes -> {
                bytes[26] = (byte) (cut >> 8);
                bytes[27] = (byte) cut;
            });
            assertThat(MessageCodec.decode(part)).as("%d octets", length).isInstanceOf(Decoded.Malformed.class);
        }
    }
}
