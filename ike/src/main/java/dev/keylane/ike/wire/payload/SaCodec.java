package dev.keylane.ike.wire.payload;

import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.Transform;
import dev.keylane.ike.wire.OctetReader;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.Octets;
import java.util.ArrayList;
import java.util.List;

/**
 * Proposal and transform substructures, RFC 7296 §3.3.1 to §3.3.5. What only makes a transform unacceptable (an unknown
 * ID or attribute) is kept as it stands, for the selection to pass over.
 */
final class SaCodec {
    private SaCodec() {
    }

    static SaPayload parse(OctetReader in) {
        List<Proposal> proposals = new ArrayList<>();
        boolean more;
        do {
            in.require(proposals.size() < SaPayload.MAX_PROPOSALS, "more than 64 proposals");
            more = more(in, MORE_PROPOSALS);
            in.skip(1);
            OctetReader proposal = in.sub(in.u16() - SUBSTRUCTURE_HEADER);
            proposals.add(parseProposal(proposal));
            proposal.end();
        } while (more);
        return new SaPayload(proposals);
    }

    static void emit(SaPayload sa, OctetWriter out) {
        List<Proposal> proposals = sa.proposals();
        for (int i = 0; i < proposals.size(); i++) {
            int start = out.length();
            out.u8(i + 1 < proposals.size() ? MORE_PROPOSALS : LAST).u8(0).u16(0);
            emitProposal(proposals.get(i), out);
            out.patch16(start + 2, out.length() - start);
        }
    }

    private static Proposal parseProposal(OctetReader in) {
        int number = in.u8();
        int protocol = in.u8();
        int spiSize = in.u8();
        int count = in.u8();
        Octets spi = in.octets(spiSize);
        List<Transform> transforms = new ArrayList<>(Math.min(count, in.remaining() / TRANSFORM_SIZE));
        for (int left = count; left > 0; left--) {
            in.require(more(in, MORE_TRANSFORMS) == left > 1, "number of transforms is not the one announced");
            in.skip(1);
            OctetReader transform = in.sub(in.u16() - SUBSTRUCTURE_HEADER);
            transforms.add(parseTransform(transform));
        }
        return new Proposal(number, protocol, spi, transforms);
    }

    private static Transform parseTransform(OctetReader in) {
        int type = in.u8();
        in.skip(1);
        int id = in.u16();
        int keyBits = 0;
        boolean foreign = false;
        while (in.remaining() > 0) {
            int attribute = in.u16();
            int value = in.u16();
            if (attribute == KEY_LENGTH && keyBits == 0 && value > 0) {
                keyBits = value;
            } else {
                // RFC 7296 §3.3.6: a transform "that contains a Transform Attribute it does not understand, it MUST
                // consider … unacceptable; other transforms … are processed as usual". A key of no bits and a second
                // Key Length are of that kind.
                foreign = true;
                in.skip((attribute & TYPE_VALUE) == 0 ? value : 0);
            }
        }
        return new Transform(type, id, keyBits, foreign);
    }

    private static void emitProposal(Proposal proposal, OctetWriter out) {
        List<Transform> transforms = proposal.transforms();
        out.u8(proposal.number()).u8(proposal.protocol()).u8(proposal.spi().length()).u8(transforms.size());
        if (transforms.size() > 255 || proposal.spi().length() > 255) {
            throw new IllegalArgumentException("proposal " + proposal.number() + " is too long");
        }
        out.octets(proposal.spi());
        for (int i = 0; i < transforms.size(); i++) {
            emitTransform(transforms.get(i), i + 1 < transforms.size() ? MORE_TRANSFORMS : LAST, out);
        }
    }

    private static void emitTransform(Transform transform, int more, OctetWriter out) {
        if (transform.foreign()) {
            throw new IllegalArgumentException("a transform with attributes that were not kept: " + transform);
        }
        int attributes = transform.keyBits() == 0 ? 0 : ATTRIBUTE_SIZE;
        out.u8(more).u8(0).u16(TRANSFORM_SIZE + attributes).u8(transform.type()).u8(0).u16(transform.id());
        if (attributes > 0) {
            out.u16(KEY_LENGTH).u16(transform.keyBits());
        }
    }

    /** RFC 7296 §3.3.1: Last Substruc is 0 if this is the last one, and {@code marker} if there are more. */
    private static boolean more(OctetReader in, int marker) {
        int last = in.u8();
        in.require(last == LAST || last == marker, "neither the last substructure nor followed by one of its kind");
        return last == marker;
    }

    private static final int LAST = 0;
    private static final int MORE_PROPOSALS = 2;
    private static final int MORE_TRANSFORMS = 3;
    private static final int SUBSTRUCTURE_HEADER = 4;
    private static final int TRANSFORM_SIZE = 8;
    private static final int ATTRIBUTE_SIZE = 4;
    private static final int TYPE_VALUE = 0x8000;
    private static final int KEY_LENGTH = TYPE_VALUE | 14;
}
