package dev.keylane.interop.lab;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** ESP that a host has taken in, by SPI and by the CPU that took it in: a line of the guest's {@code seen}. */
public record SeenPackets(String spi, int cpu, long packets) {
    static SeenPackets parse(String line) {
        Map<String, String> fields = Arrays.stream(line.split(" ")).map(field -> field.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new SeenPackets(fields.get("spi"), Integer.parseInt(fields.get("cpu")), Long.parseLong(fields.get("packets")));
    }
}
