package dev.keylane.ike.exchange;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadChain;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.payload.EncryptedPayload;
import dev.keylane.ike.wire.payload.Payload;
import java.util.List;
import java.util.Optional;

/** Whole messages inside an SK payload, RFC 7296 §3.14 and RFC 5282. */
public final class Protection {
    private Protection() {
    }

    /**
     * A datagram of the header and one SK payload that holds {@code inner}.
     *
     * @param ivCounter the explicit IV of an AEAD: never the same twice for one key; not used otherwise
     * @param random    makes the IV of a block cipher; not used otherwise
     */
    public static Octets seal(Crypto crypto, SkKeys keys, IkeHeader header, List<? extends Payload> inner,
                              long ivCounter, RandomSource random) {
        OctetWriter out = new OctetWriter(EXPECTED_SIZE);
        MessageCodec.encodeHeader(header, PayloadType.SK, out);
        // RFC 7296 §3.14: Next Payload is "the payload type of the first embedded payload", an exception to the rule.
        out.u8(MessageCodec.firstType(inner)).u8(0).u16(0);
        int body = SkBody.begin(keys, ivCounter, random, out);
        MessageCodec.encodeChain(inner, out);
        SkBody.finish(crypto, keys, IkeHeader.SIZE, body, out);
        return out.toOctets();
    }

    /**
     * Checks and decrypts the SK payload of {@code outer}, which {@code datagram} was decoded to. Cleartext payloads in
     * front of it are authenticated, but not part of the answer.
     */
    public static Opened open(Crypto crypto, SkKeys keys, Octets datagram, IkeMessage outer) {
        Optional<EncryptedPayload> sk = outer.first(EncryptedPayload.class);
        if (sk.isEmpty()) {
            return new Opened.Unauthentic();
        }
        return switch (SkBody.open(crypto, keys, datagram, sk.get().offset())) {
            case SkBody.Clear.Unauthentic() -> new Opened.Unauthentic();
            case SkBody.Clear.BadPadding() -> new Opened.Malformed("SK: Pad Length is larger than the payload");
            case SkBody.Clear.Ok(Octets octets, int length) ->
                decode(outer.header(), sk.get().firstInner(), octets, length);
        };
    }

    /** The first {@code length} of {@code octets} are payloads that were sealed. */
    static Opened decode(IkeHeader header, int firstInner, Octets octets, int length) {
        return switch (MessageCodec.decodeChain(firstInner, octets, 0, length)) {
            case PayloadChain.Ok(List<Payload> payloads) -> new Opened.Ok(new IkeMessage(header, payloads));
            case PayloadChain.Malformed(String reason) -> new Opened.Malformed(reason);
            case PayloadChain.UnsupportedCritical(int type) -> new Opened.UnsupportedCritical(type);
        };
    }

    private static final int EXPECTED_SIZE = 512;
}
