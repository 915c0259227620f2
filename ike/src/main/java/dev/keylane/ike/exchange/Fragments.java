package dev.keylane.ike.exchange;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.payload.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Messages in several SKF payloads, RFC 7383 §2.5: the inner payloads are cut, each piece is sealed by itself. */
record Fragments(Crypto crypto, SkKeys keys, LongSupplier ivCounter, RandomSource random) {
    /** @param largest octets of a datagram; there is room for something in it */
    List<Octets> seal(IkeHeader header, List<? extends Payload> inner, int largest) {
        OctetWriter chain = new OctetWriter(2 * largest);
        MessageCodec.encodeChain(inner, chain);
        int piece = piece(largest);
        int total = (chain.length() + piece - 1) / piece;
        List<Octets> datagrams = new ArrayList<>(total);
        for (int number = 1; number <= total; number++) {
            int from = (number - 1) * piece;
            Octets part = Octets.copyOf(chain.borrow(), from, Math.min(from + piece, chain.length()));
            // RFC 7383 §2.5: Next Payload is that of the first inner payload in the first fragment, zero in the others.
            datagrams.add(seal(header, number == 1 ? MessageCodec.firstType(inner) : PayloadType.NONE, number, total,
                    part));
        }
        return datagrams;
    }

    private Octets seal(IkeHeader header, int firstType, int number, int total, Octets part) {
        OctetWriter out = new OctetWriter(part.length() + EXPECTED_OVERHEAD);
        MessageCodec.encodeHeader(header, PayloadType.SKF, out);
        out.u8(firstType).u8(0).u16(0).u16(number).u16(total);
        int body = SkBody.begin(keys, ivCounter.getAsLong(), random, out);
        out.octets(part);
        SkBody.finish(crypto, keys, IkeHeader.SIZE, body, out);
        return out.toOctets();
    }

    /** How many octets fit into one: what is encrypted is whole blocks, the last octet of them the Pad Length. */
    private int piece(int largest) {
        int room = largest - IkeHeader.SIZE - PAYLOAD_HEADER - keys.cipher().ivSize() - keys.checksumSize();
        return room - room % keys.cipher().blockSize() - 1;
    }

    /** Generic header, Fragment Number and Total Fragments. */
    private static final int PAYLOAD_HEADER = 8;
    private static final int EXPECTED_OVERHEAD = 128;
}
