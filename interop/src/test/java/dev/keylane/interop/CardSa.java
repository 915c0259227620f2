package dev.keylane.interop;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A line of the lab's card's table of SAs, what {@code in_card HOST sas} prints. */
record CardSa(String spi, int reqid, boolean out, long packets) {
    static List<CardSa> parse(String table) {
        return table.lines().filter(line -> line.startsWith("spi=")).map(CardSa::line).toList();
    }

    private static CardSa line(String line) {
        Map<String, String> fields = Arrays.stream(line.split(" ")).map(field -> field.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new CardSa(fields.get("spi"), Integer.parseInt(fields.get("reqid")), fields.get("dir").equals("out"),
                Long.parseLong(fields.get("packets")));
    }

    /** Packets sent, by reqid. */
    static Map<Integer, Long> sent(String table) {
        return parse(table).stream().filter(CardSa::out).collect(Collectors.groupingBy(CardSa::reqid,
                Collectors.summingLong(CardSa::packets)));
    }
}
