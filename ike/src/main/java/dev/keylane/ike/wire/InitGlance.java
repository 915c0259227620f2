package dev.keylane.ike.wire;

import org.jspecify.annotations.Nullable;

/**
 * The two things in an IKE_SA_INIT request that stateless cookies are about, RFC 7296 §2.6. Payload lengths have been
 * followed, contents not: the message may still turn out to be malformed.
 *
 * @param nonce  null when there is none, or none can be reached
 * @param cookie null likewise
 */
public record InitGlance(@Nullable Octets nonce, @Nullable Octets cookie) {
    static InitGlance at(int firstPayload, OctetReader in) {
        Octets nonce = null;
        Octets cookie = null;
        int type = firstPayload;
        try {
            for (int seen = 0; type != PayloadType.NONE && seen < MOST_PAYLOADS; seen++) {
                int next = in.u8();
                in.skip(1);
                OctetReader body = in.sub(in.u16() - GENERIC_HEADER);
                if (type == PayloadType.NONCE && nonce == null) {
                    nonce = body.rest();
                } else if (type == PayloadType.NOTIFY && cookie == null) {
                    cookie = cookie(body);
                }
                type = next;
            }
        } catch (SyntaxSignal broken) {
            return NOTHING;
        }
        return new InitGlance(nonce, cookie);
    }

    /** RFC 7296 §2.6 has it "as the first payload"; a peer that puts it elsewhere is understood as well. */
    private static @Nullable Octets cookie(OctetReader notify) {
        notify.skip(1);
        int spi = notify.u8();
        boolean found = notify.u16() == NotifyType.COOKIE;
        notify.skip(spi);
        return found ? notify.rest() : null;
    }

    private static final InitGlance NOTHING = new InitGlance(null, null);
    private static final int GENERIC_HEADER = 4;
    private static final int MOST_PAYLOADS = 128;
}
