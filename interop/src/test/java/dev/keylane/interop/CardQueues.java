package dev.keylane.interop;

import java.util.List;
import java.util.stream.IntStream;

/** Packets by receive queue of the lab's card, what {@code in_card HOST queues} prints. */
record CardQueues(List<Long> packets) {
    CardQueues {
        packets = List.copyOf(packets);
    }

    static CardQueues parse(String table) {
        return new CardQueues(table.lines().map(line -> Long.valueOf(line.replaceFirst(".* packets=(\\d+) .*", "$1"))).toList());
    }

    /** Queues that have got so many packets at least since then. */
    List<Integer> busySince(CardQueues before, long least) {
        return IntStream.range(0, packets.size()).filter(queue -> packets.get(queue) - before.packets.get(queue) >= least)
                .boxed().toList();
    }
}
