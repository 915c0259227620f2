package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.Counter;
import dev.keylane.daemon.vici.ViciMessage;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** get-counters and reset-counters: of one connection, of all, or in total, which has the empty name. */
final class CounterCommands {
    private final Control control;

    CounterCommands(Control control) {
        this.control = control;
    }

    Map<String, Command> commands() {
        return Map.of("get-counters", (request, _) -> control.counters().thenApply(all -> answer(request, all)),
                "reset-counters", (request, _) -> control.resetCounters(Selection.nonEmpty(request, "name"),
                        Selection.yes(request, "all")).thenApply(Answer::of));
    }

    private static Answer answer(ViciMessage request, Map<String, Map<Counter, Long>> all) {
        String name = Selection.nonEmpty(request, "name");
        ViciMessage.Builder sections = ViciMessage.builder();
        if (Selection.yes(request, "all")) {
            new TreeMap<>(all).forEach((connection, counts) -> {
                if (!connection.isEmpty()) {
                    sections.section(connection, section(counts));
                }
            });
        } else if (name == null || all.containsKey(name)) {
            String wanted = name == null ? "" : name;
            sections.section(wanted, section(all.getOrDefault(wanted, Map.of())));
        } else {
            return new Answer.Plain(ViciMessage.builder().section("counters", ViciMessage.EMPTY).set("success", "no")
                    .set("errmsg", "no counters found for this connection").build());
        }
        return new Answer.Plain(ViciMessage.builder().section("counters", sections.build()).set("success", "yes").build());
    }

    private static ViciMessage section(Map<Counter, Long> counts) {
        ViciMessage.Builder keys = ViciMessage.builder();
        for (Counter counter : Counter.values()) {
            keys.set(counter.label(), counts.getOrDefault(counter, 0L));
        }
        return keys.build();
    }
}
