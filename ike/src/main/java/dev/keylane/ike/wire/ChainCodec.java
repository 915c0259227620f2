package dev.keylane.ike.wire;

import dev.keylane.ike.wire.payload.EncryptedPayload;
import dev.keylane.ike.wire.payload.FragmentPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.PayloadCodec;
import dev.keylane.ike.wire.payload.UnknownPayload;
import java.util.ArrayList;
import java.util.List;

/** Payloads linked by generic headers, RFC 7296 §3.2; the edge at which a {@link SyntaxSignal} becomes a value. */
final class ChainCodec {
    private ChainCodec() {
    }

    /** @param outer whether an SK or SKF payload may end the chain */
    static PayloadChain decode(int firstType, OctetReader in, boolean outer) {
        List<Payload> payloads = new ArrayList<>();
        int unsupported = PayloadType.NONE;
        long seen = 0;
        int type = firstType;
        try {
            while (type != PayloadType.NONE) {
                in.require(payloads.size() < MAX_PAYLOADS, "more than " + MAX_PAYLOADS + " payloads, the next one");
                in.require(!PayloadType.isSingle(type) || (seen & 1L << type) == 0, "repeated");
                seen |= type < Long.SIZE ? 1L << type : 0;
                int next = in.u8();
                boolean critical = (in.u8() & CRITICAL) != 0;
                OctetReader body = in.sub(in.u16() - HEADER_SIZE);
                // RFC 7296 §2.5: "If the critical flag is set and the payload type is unrecognized, the message MUST
                // be rejected"; §3.2: C "MUST be ignored by the recipient if the recipient understands the payload
                // type code".
                if (critical && !PayloadType.isKnown(type) && unsupported == PayloadType.NONE) {
                    unsupported = type;
                }
                payloads.add(PayloadCodec.parse(type, critical, next, body));
                type = isSealed(type) ? end(in, outer) : next;
            }
            type = PayloadType.NONE;
            in.end();
        } catch (SyntaxSignal signal) {
            String where = type == PayloadType.NONE ? "payloads" : PayloadType.name(type);
            return new PayloadChain.Malformed(where + ": " + signal.reason());
        }
        return unsupported == PayloadType.NONE
                ? new PayloadChain.Ok(payloads)
                : new PayloadChain.UnsupportedCritical(unsupported);
    }

    static void encode(List<? extends Payload> payloads, OctetWriter out) {
        for (int i = 0; i < payloads.size(); i++) {
            Payload payload = payloads.get(i);
            int following = i + 1 < payloads.size() ? payloads.get(i + 1).type() : PayloadType.NONE;
            int start = out.length();
            out.u8(nextField(payload, following)).u8(criticalField(payload)).u16(0);
            PayloadCodec.emit(payload, out);
            out.patch16(start + LENGTH_OFFSET, out.length() - start);
        }
    }

    /** RFC 7296 §3.14: "The Encrypted payload, if present in a message, MUST be the last payload in the message." */
    private static int end(OctetReader in, boolean outer) {
        in.require(outer, "inside another one");
        in.require(in.remaining() == 0, "not the last payload");
        return PayloadType.NONE;
    }

    private static boolean isSealed(int type) {
        return type == PayloadType.SK || type == PayloadType.SKF;
    }

    /** RFC 7296 §3.14: Next Payload of an SK payload is "the payload type of the first embedded payload". */
    private static int nextField(Payload payload, int following) {
        boolean sealed = isSealed(payload.type());
        if (sealed && following != PayloadType.NONE) {
            throw new IllegalArgumentException("a payload behind " + PayloadType.name(payload.type()));
        }
        return switch (payload) {
            case EncryptedPayload encrypted -> encrypted.firstInner();
            case FragmentPayload fragment -> fragment.firstInner();
            default -> following;
        };
    }

    /** RFC 7296 §3.2: C "MUST be set to zero … for payload types defined in this document". */
    private static int criticalField(Payload payload) {
        return payload instanceof UnknownPayload unknown && unknown.critical() ? CRITICAL : 0;
    }

    private static final int HEADER_SIZE = 4;
    private static final int LENGTH_OFFSET = 2;
    private static final int CRITICAL = 0x80;
    private static final int MAX_PAYLOADS = 128;
}
