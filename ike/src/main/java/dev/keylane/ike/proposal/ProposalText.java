package dev.keylane.ike.proposal;

import dev.keylane.ike.text.Parsed;
import dev.keylane.ike.wire.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Proposals in strongSwan's spelling, {@code aes128gcm16-prfsha256-x25519}, several separated by commas;
 * {@code default} stands for {@link Proposals#DEFAULT_IKE} or {@link Proposals#DEFAULT_ESP}.
 */
public final class ProposalText {
    private ProposalText() {
    }

    /** A proposal without a PRF gets those of its integrity algorithms. */
    public static Parsed<List<Proposal>> parseIke(String text) {
        return parse(text, ProtocolId.IKE);
    }

    /** A proposal with neither {@code esn} nor {@code noesn} means 32-bit sequence numbers only. */
    public static Parsed<List<Proposal>> parseEsp(String text) {
        return parse(text, ProtocolId.ESP);
    }

    /** As charon logs it: {@code ESP:AES_GCM_16_128/CURVE_25519/EXT_SEQ}. */
    public static String print(Proposal proposal) {
        return TransformNames.print(proposal);
    }

    private static Parsed<List<Proposal>> parse(String text, ProtocolId protocol) {
        List<Proposal> proposals = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            String item = one.strip().toLowerCase(Locale.ROOT);
            if (item.equals("default")) {
                proposals.addAll(protocol == ProtocolId.IKE ? Proposals.DEFAULT_IKE : Proposals.DEFAULT_ESP);
                continue;
            }
            switch (transforms(item).then(found -> complete(found, protocol))) {
                case Parsed.Value<List<Transform>>(List<Transform> complete) ->
                        proposals.add(new Proposal(0, protocol.id(), Octets.EMPTY, complete));
                case Parsed.Refused<List<Transform>>(String reason) -> {
                    return Parsed.refused("proposal \"" + one.strip() + "\": " + reason);
                }
            }
        }
        return Parsed.of(List.copyOf(proposals));
    }

    private static Parsed<List<Transform>> transforms(String item) {
        List<Transform> transforms = new ArrayList<>();
        for (String word : item.split("-", -1)) {
            var transform = ProposalKeyword.transform(word);
            if (transform.isEmpty()) {
                return Parsed.refused(complaint(word));
            }
            transforms.add(transform.get());
        }
        return Parsed.of(transforms);
    }

    private static String complaint(String word) {
        if (word.isEmpty()) {
            return "an algorithm is missing";
        }
        return ProposalKeyword.isKnownElsewhere(word)
                ? "\"" + word + "\" is not supported by keylane yet"
                : "\"" + word + "\" is not an algorithm";
    }

    private static Parsed<List<Transform>> complete(List<Transform> found, ProtocolId protocol) {
        ProposalDraft draft = new ProposalDraft(found);
        return protocol == ProtocolId.IKE ? draft.ike() : draft.esp();
    }
}
