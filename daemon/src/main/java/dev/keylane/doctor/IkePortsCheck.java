package dev.keylane.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Whether another daemon listens where keylane would. */
final class IkePortsCheck implements SystemCheck {
    private static final String NAME = "ike-ports";

    @Override
    public List<Finding> of(Sight sight) {
        Map<String, Integer> sockets = sockets(sight.system());
        if (sockets.isEmpty()) {
            return List.of(new Finding.Ok(NAME, "nobody listens on UDP 500 and 4500"));
        }
        Map<String, Processes.Running> holders =
                new Processes(sight.system()).holders(List.copyOf(sockets.keySet()));
        List<String> others = new ArrayList<>();
        Optional<Processes.Running> other = Optional.empty();
        for (Map.Entry<String, Integer> socket : sockets.entrySet()) {
            Optional<Processes.Running> holder = Optional.ofNullable(holders.get(socket.getKey()));
            if (holder.filter(one -> one.name().equals(Processes.KEYLANE)).isEmpty()) {
                others.add(socket.getValue() + " by " + holder.map(Processes.Running::toString).orElse("somebody we cannot see"));
                other = other.or(() -> holder);
            }
        }
        if (!sight.rights().netAdmin() && other.isEmpty() && !others.isEmpty()) {
            return List.of(new Finding.Warn(NAME, "UDP 500 or 4500 is in use, and by whom needs root", AsRoot.doctor()));
        }
        return List.of(others.isEmpty() ? new Finding.Ok(NAME, "UDP 500 and 4500 are keylane's")
                : new Finding.Fail(NAME, "UDP port in use: " + String.join(", ", others.stream().distinct().toList()),
                        other.map(one -> UNITS.getOrDefault(one.name(), "kill " + one.pid())).orElse("ss -ulnp")));
    }

    /** Inode to port. */
    private static Map<String, Integer> sockets(SystemText system) {
        Map<String, Integer> found = new TreeMap<>();
        for (String table : List.of("proc/net/udp", "proc/net/udp6")) {
            for (String line : system.lines(table)) {
                String[] words = line.strip().split("\\s+");
                if (words.length > INODE && words[LOCAL].matches("[0-9A-F]+:[0-9A-F]{4}")) {
                    int port = Integer.parseInt(words[LOCAL].substring(words[LOCAL].indexOf(':') + 1), 16);
                    if (port == 500 || port == 4500) {
                        found.put(words[INODE], port);
                    }
                }
            }
        }
        return found;
    }

    private static final int LOCAL = 1;
    private static final int INODE = 9;
    private static final Map<String, String> UNITS = Map.of("charon-systemd", "systemctl disable --now strongswan",
            "charon", "systemctl disable --now strongswan-starter", "pluto", "systemctl disable --now ipsec",
            "iked", "systemctl disable --now iked");
}
