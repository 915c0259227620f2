package dev.keylane.ike.wire;

import dev.keylane.ike.wire.payload.Payload;
import java.util.List;
import java.util.function.Consumer;

/** Octets of messages put together by hand, right or wrong, without the codec under test. */
public final class Wire {
    public static final IkeHeader HEADER =
            new IkeHeader(0x3f6a1d0c9b5e7721L, 0, ExchangeType.IKE_SA_INIT, true, false, 0);

    private Wire() {
    }

    /** A generic header and a body. */
    public static Octets payload(int next, int flags, Octets body) {
        int length = body.length() + 4;
        return Octets.concat(Octets.of(next, flags, length >> 8, length), body);
    }

    /** A message whose header says {@code first} and whose Length is right. */
    public static Octets message(int first, Octets... payloads) {
        Octets body = Octets.concat(payloads);
        byte[] bytes = Octets.concat(Octets.ofHex("3f6a1d0c9b5e7721 0000000000000000"),
                Octets.of(first, 0x20, 34, 0x08), Octets.ofHex("00000000 00000000"), body).toByteArray();
        bytes[26] = (byte) (bytes.length >> 8);
        bytes[27] = (byte) bytes.length;
        return Octets.wrap(bytes);
    }

    /** {@code octets} after {@code change} got hold of a copy. */
    public static Octets changed(Octets octets, Consumer<byte[]> change) {
        byte[] bytes = octets.toByteArray();
        change.accept(bytes);
        return Octets.wrap(bytes);
    }

    /** One payload of {@code type} read from {@code body}. */
    public static PayloadChain parse(int type, Octets body) {
        Octets one = payload(0, 0, body);
        return MessageCodec.decodeChain(type, one, 0, one.length());
    }

    /** One payload's body as written. */
    public static Octets emit(Payload payload) {
        Octets message = MessageCodec.encode(HEADER, List.of(payload));
        return message.slice(IkeHeader.SIZE + 4, message.length());
    }

    /** The reason {@code chain} was refused for. */
    public static String reason(PayloadChain chain) {
        return chain instanceof PayloadChain.Malformed(String reason) ? reason : "not malformed: " + chain;
    }
}
