package dev.keylane.ike.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.keylane.ike.wire.payload.Payload;
import java.util.List;

/** Each payload by itself, whatever its type: the input is the type, the critical bit, and the body. */
class PayloadFuzzTest {
    private static final IkeHeader HEADER = new IkeHeader(1, 2, ExchangeType.INFORMATIONAL, true, false, 3);

    /** Nothing throws, and what was understood is written to octets that are read as the same payload. */
    @FuzzTest(maxDuration = "60s")
    void payload(byte[] data) {
        if (data.length < 2 || data.length > LONGEST || data[0] == PayloadType.NONE) {
            return;
        }
        if (!(MessageCodec.decode(message(data)) instanceof Decoded.Ok(IkeMessage message))) {
            return;
        }
        Payload payload = message.payloads().getFirst();
        if (!MessageCodecFuzzTest.isWritable(payload)) {
            return;
        }
        Octets written = MessageCodec.encode(HEADER, message.payloads());
        if (!(MessageCodec.decode(written) instanceof Decoded.Ok(IkeMessage again))
                || !again.payloads().equals(List.of(payload))) {
            throw new AssertionError("another payload after a round trip: " + payload);
        }
    }

    private static Octets message(byte[] data) {
        OctetWriter out = new OctetWriter(data.length + IkeHeader.SIZE);
        int type = data[0] & 0xff;
        MessageCodec.encodeHeader(HEADER, type, out);
        boolean sealed = type == PayloadType.SK || type == PayloadType.SKF;
        out.u8(sealed ? data[1] & 0xff : 0).u8(data[1] & 0x80).u16(data.length + 2)
                .octets(Octets.copyOf(data, 2, data.length));
        MessageCodec.finish(out);
        return out.toOctets();
    }

    private static final int LONGEST = 60_000;
}
