package dev.keylane.interop.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * One line of the guest's {@code states}: an SA with its counters. {@code direction} is {@code in}, {@code out} or
 * {@code -} (none set); {@code algorithm} in the kernel's spelling; {@code keyBits} include an AEAD's salt.
 */
public record KernelSa(String source, String destination, String spi, int reqid, String mode, OptionalInt cpu,
        String direction, boolean esn, long packets, long bytes, String algorithm, int keyBits) {

    static KernelSa parse(String line) {
        Map<String, String> fields = Arrays.stream(line.split(" ")).map(field -> field.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new KernelSa(fields.get("src"), fields.get("dst"), fields.get("spi"),
                Integer.parseInt(fields.get("reqid")), fields.get("mode"), optional(fields.get("pcpu")),
                fields.get("dir"), "yes".equals(fields.get("esn")), Long.parseLong(fields.get("packets")),
                Long.parseLong(fields.get("bytes")), fields.get("algorithm"), Integer.parseInt(fields.get("bits")));
    }

    /** A larval state, waiting for its keys, has no algorithm. */
    public boolean keyed() {
        return !"-".equals(algorithm);
    }

    /** The SAs from one address, the outbound ones of the host that has it. */
    public static List<KernelSa> from(String address, List<KernelSa> states) {
        return states.stream().filter(sa -> sa.source().equals(address)).toList();
    }

    /** Counts by SPI, to compare two snapshots. */
    public static Map<String, Long> packetsBySpi(List<KernelSa> states) {
        return states.stream().collect(Collectors.toMap(KernelSa::spi, KernelSa::packets));
    }

    private static OptionalInt optional(String text) {
        return "-".equals(text) ? OptionalInt.empty() : OptionalInt.of(Integer.decode(text));
    }
}
