package dev.keylane.steering.queue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The interrupts of a device's receive queues. Drivers name them in ways of their own:
 *
 * <pre>
 * mlx5_comp3@pci:0000:01:00.0                        mlx5
 * eth0-TxRx-3  ice-eth0-TxRx-3  eth0-Tx-Rx-3         ixgbe, bnxt, i40e, ice, iavf; ena
 * eth0-rxtx-3  eth0-rx-3  eth0-3                     octeontx2, nfp, vmxnet3; igb; older mlx5
 * virtio2-input.3                                    virtio-net
 * </pre>
 */
record Interrupts(SystemFiles files) {
    /** Queue to number of its interrupt. */
    Map<Integer, Integer> of(String device) {
        List<String> own = files.names("sys/class/net/" + device + "/device/msi_irqs");
        String place = files.target("sys/class/net/" + device + "/device").orElse("");
        // What belongs to the device by number may have been named before the device was renamed.
        List<Pattern> names = patterns(own.isEmpty() ? Pattern.quote(device) : ".+(?<!-tx)", Pattern.quote(place));
        Map<Integer, Integer> byQueue = new TreeMap<>();
        for (String line : files.text("proc/interrupts").orElse("").split("\n")) {
            Matcher parts = LINE.matcher(line);
            if (parts.matches()) {
                String number = parts.group(1);
                int queue = own.isEmpty() || own.contains(number) ? queue(parts.group(2), names) : -1;
                if (queue >= 0) {
                    byQueue.putIfAbsent(queue, Integer.parseInt(number));
                }
            }
        }
        return byQueue;
    }

    private static int queue(String name, List<Pattern> patterns) {
        for (Pattern pattern : patterns) {
            Matcher matcher = pattern.matcher(name);
            if (matcher.matches()) {
                return Integer.parseInt(matcher.group(1));
            }
        }
        return -1;
    }

    private static List<Pattern> patterns(String device, String place) {
        return List.of(Pattern.compile("mlx5_comp(\\d{1,5})@pci:" + place),
                Pattern.compile(place + "-input\\.(\\d{1,5})"),
                Pattern.compile("(?:[a-z0-9]+-)?" + device + "-(?:TxRx|Tx-Rx|rxtx|rx)-(\\d{1,5})"),
                Pattern.compile(device + "-(\\d{1,5})"));
    }

    /** Number, counts and the chip's words, the name. */
    private static final Pattern LINE = Pattern.compile("\\s*(\\d{1,9}):\\s.*\\s(\\S+)");
}
