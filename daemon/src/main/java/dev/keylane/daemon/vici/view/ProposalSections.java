package dev.keylane.daemon.vici.view;

import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.TransformType;
import java.util.List;
import java.util.Map;

/** Proposals as list-conn shows them: a section each, by number, with a list for each type of transform that it has. */
final class ProposalSections {
    private ProposalSections() {
    }

    static ViciMessage of(List<Proposal> proposals) {
        ViciMessage.Builder sections = ViciMessage.builder();
        for (int i = 0; i < proposals.size(); i++) {
            sections.section(Integer.toString(i), of(proposals.get(i)));
        }
        return sections.build();
    }

    private static ViciMessage of(Proposal proposal) {
        ViciMessage.Builder keys = ViciMessage.builder();
        for (Map.Entry<String, TransformType> type : TYPES) {
            if (proposal.has(type.getValue())) {
                keys.list(type.getKey(), proposal.names(type.getValue()).stream()
                        .map(name -> name.equals("NONE") ? type.getKey().toUpperCase(java.util.Locale.ROOT) + "_NONE" : name)
                        .toList());
            }
        }
        return keys.build();
    }

    private static final List<Map.Entry<String, TransformType>> TYPES = List.of(Map.entry("encr", TransformType.ENCR),
            Map.entry("integ", TransformType.INTEG), Map.entry("prf", TransformType.PRF), Map.entry("ke", TransformType.KE),
            Map.entry("sn", TransformType.ESN));
}
