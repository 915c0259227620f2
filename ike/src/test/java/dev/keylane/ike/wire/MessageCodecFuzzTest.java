package dev.keylane.ike.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.SaPayload;
import dev.keylane.ike.wire.payload.TsPayload;

/** Known inputs run in every build; {@code JAZZER_FUZZ=1} looks for new ones. */
class MessageCodecFuzzTest {
    /** Nothing throws, and what was understood is written to octets that are read and written to the same again. */
    @FuzzTest(maxDuration = "60s")
    void decode(byte[] data) {
        if (!(MessageCodec.decode(Octets.copyOf(data)) instanceof Decoded.Ok(IkeMessage message))
                || !message.payloads().stream().allMatch(MessageCodecFuzzTest::isWritable)) {
            return;
        }
        Octets written = MessageCodec.encode(message.header(), message.payloads());
        if (!(MessageCodec.decode(written) instanceof Decoded.Ok(IkeMessage again))
                || !MessageCodec.encode(again.header(), again.payloads()).equals(written)) {
            throw new AssertionError("another message after a round trip: " + message);
        }
    }

    @FuzzTest(maxDuration = "60s")
    void decodeChain(byte[] data) {
        if (data.length > 0) {
            MessageCodec.decodeChain(data[0] & 0xff, Octets.copyOf(data), 1, data.length);
        }
    }

    /** Transforms drop attributes they do not know, selectors of other types are passed over. */
    static boolean isWritable(Payload payload) {
        return switch (payload) {
            case SaPayload sa -> sa.proposals().stream()
                    .noneMatch(proposal -> proposal.transforms().stream().anyMatch(transform -> transform.foreign()));
            case TsPayload ts -> !ts.selectors().isEmpty();
            default -> true;
        };
    }
}
