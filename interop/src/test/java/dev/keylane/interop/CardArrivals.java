package dev.keylane.interop;

import dev.keylane.interop.lab.Evidence;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a host with the lab's card has received, counted by the card by SPI and by queue, and by the stack by the CPU that
 * took it out of there: {@code arrivals} of the guest.
 */
record CardArrivals(Map<String, Long> bySpi, Map<Integer, Long> byQueue, Map<Integer, Long> byCpu) {
    static CardArrivals parse(Evidence evidence, String name) {
        return new CardArrivals(CardSa.parse(evidence.text(name + ".sas")).stream().filter(sa -> !sa.out())
                .collect(Collectors.toMap(CardSa::spi, CardSa::packets)),
                counted(evidence.text(name + ".queues"), "queue"), counted(evidence.text(name + ".cpus"), "cpu"));
    }

    /** What each of several senders in turn has brought, by {@code arrivals NAME.0} before the first and {@code NAME.n} after the nth. */
    static List<CardArrivals> each(Evidence evidence, String name, int senders, long least) {
        return IntStream.range(0, senders).mapToObj(sender -> parse(evidence, name + "." + (sender + 1))
                .since(parse(evidence, name + "." + sender), least)).toList();
    }

    /** Those that have grown by so many at least, and by how many; a few neighbours' packets come by the way. */
    CardArrivals since(CardArrivals before, long least) {
        return new CardArrivals(grown(before.bySpi, bySpi, least), grown(before.byQueue, byQueue, least),
                grown(before.byCpu, byCpu, least));
    }

    /** Whether all of it came on one SPI, by one queue, to one CPU. */
    boolean isOneLane() {
        return bySpi.size() == 1 && byQueue.size() == 1 && byCpu.size() == 1;
    }

    String spi() {
        return bySpi.keySet().iterator().next();
    }

    int queue() {
        return byQueue.keySet().iterator().next();
    }

    int cpu() {
        return byCpu.keySet().iterator().next();
    }

    private static <K> Map<K, Long> grown(Map<K, Long> before, Map<K, Long> after, long least) {
        Map<K, Long> grown = new HashMap<>(after);
        grown.replaceAll((key, packets) -> packets - before.getOrDefault(key, 0L));
        grown.values().removeIf(more -> more < least);
        return grown;
    }

    private static Map<Integer, Long> counted(String table, String key) {
        return table.lines().map(CardArrivals::fields).collect(Collectors.toMap(line -> Integer.valueOf(line.get(key)),
                line -> Long.valueOf(line.get("packets")), Long::sum));
    }

    private static Map<String, String> fields(String line) {
        return Arrays.stream(line.split(" ")).map(field -> field.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    /** A table, for whoever wants to see it. */
    static String table(List<CardArrivals> senders) {
        StringBuilder text = new StringBuilder("from  SPI         queue  CPU  packets%n".formatted());
        for (int from = 0; from < senders.size(); from++) {
            CardArrivals its = senders.get(from);
            text.append("%-4d  %s  %-5s  %-3s  %s%n".formatted(from, keys(its.bySpi), keys(its.byQueue), keys(its.byCpu),
                    its.byCpu.values().stream().mapToLong(each -> each).sum()));
        }
        return text.toString();
    }

    private static String keys(Map<?, Long> counts) {
        return counts.keySet().stream().map(Object::toString).collect(Collectors.joining("+"));
    }
}
