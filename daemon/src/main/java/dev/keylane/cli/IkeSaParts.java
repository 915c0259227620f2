package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts together the IKE SAs of list-sa events: one with very many children comes in several, each with all other keys. */
final class IkeSaParts {
    private IkeSaParts() {
    }

    private record Id(String connection, String uniqueId) {
    }

    /** A section an IKE SA, in the order of the first event of each. */
    static List<ViciMessage.Section> merged(List<ViciMessage> events) {
        Map<Id, List<ViciMessage>> parts = new LinkedHashMap<>();
        events.stream().flatMap(event -> event.sections().stream()).forEach(sa ->
                parts.computeIfAbsent(new Id(sa.name(), sa.content().text("uniqueid").orElse("")), _ -> new ArrayList<>())
                        .add(sa.content()));
        return parts.entrySet().stream().map(sa -> new ViciMessage.Section(sa.getKey().connection(), merge(sa.getValue())))
                .toList();
    }

    private static ViciMessage merge(List<ViciMessage> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        ViciMessage.Builder merged = ViciMessage.builder();
        parts.getFirst().elements().stream().filter(key -> !key.name().equals(CHILDREN))
                .forEach(key -> merged.addAll(new ViciMessage(List.of(key))));
        ViciMessage.Builder children = ViciMessage.builder();
        parts.forEach(part -> part.section(CHILDREN).ifPresent(children::addAll));
        return merged.section(CHILDREN, children.build()).build();
    }

    private static final String CHILDREN = "child-sas";
}
