package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shape of {@code list-conns --json}: an array of connections, each with all of these keys. What is not configured is
 * null; times are seconds, 0 for never.
 * <pre>
 * name version rekey_seconds unique dpd_delay_seconds proposals[]
 * local, remote: { addrs[] port id class }
 * children: [ { name mode rekey_seconds rekey_bytes rekey_packets start_action dpd_action close_action
 *               esp_proposals[] local_ts[] remote_ts[] interface priority hw_offload
 *               mark_in mark_out set_mark_in set_mark_out if_id_in if_id_out
 *               per_cpu_sas per_cpu_mode per_cpu_cpus per_cpu_max steering hw_offload_against } ]
 * </pre>
 * {@code hw_offload_against} tells why the child cannot come up on its device.
 * A proposal is an object with a list of names for each kind of algorithm.
 */
final class ConnJson {
    private ConnJson() {
    }

    static Map<String, @Nullable Object> of(ViciMessage.Section connection) {
        Keys keys = new Keys(connection.content());
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", connection.name());
        json.put("version", keys.textOrNull("version"));
        json.put("rekey_seconds", keys.number("rekey_time"));
        json.put("unique", keys.textOrNull("unique"));
        json.put("dpd_delay_seconds", keys.number("dpd_delay"));
        json.put("proposals", proposals(keys, "proposals"));
        json.put("local", side(keys, "local"));
        json.put("remote", side(keys, "remote"));
        json.put("children", keys.message().section("children").map(ViciMessage::sections).orElse(List.of()).stream()
                .map(ConnJson::child).toList());
        return json;
    }

    private static Map<String, @Nullable Object> side(Keys keys, String side) {
        Keys authentication = new Keys(keys.message().section(side + "-1").orElse(ViciMessage.EMPTY));
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("addrs", keys.message().list(side + "_addrs"));
        json.put("port", keys.number(side + "_port"));
        json.put("id", authentication.textOrNull("id"));
        json.put("class", authentication.textOrNull("class"));
        return json;
    }

    private static Map<String, @Nullable Object> child(ViciMessage.Section child) {
        Keys keys = new Keys(child.content());
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", child.name());
        json.put("mode", keys.textOrNull("mode"));
        json.put("rekey_seconds", keys.number("rekey_time"));
        json.put("rekey_bytes", keys.number("rekey_bytes"));
        json.put("rekey_packets", keys.number("rekey_packets"));
        json.put("start_action", keys.message().text("start-action").orElse("none"));
        json.put("dpd_action", keys.textOrNull("dpd_action"));
        json.put("close_action", keys.textOrNull("close_action"));
        json.put("esp_proposals", proposals(keys, "esp_proposals"));
        json.put("local_ts", keys.message().list("local-ts"));
        json.put("remote_ts", keys.message().list("remote-ts"));
        json.put("interface", keys.textOrNull("interface"));
        json.put("priority", keys.number("priority"));
        json.put("hw_offload", keys.textOrNull("hw-offload"));
        for (String name : List.of("mark_in", "mark_out", "set_mark_in", "set_mark_out")) {
            json.put(name, keys.textOrNull(name.replace('_', '-')));
        }
        json.put("if_id_in", keys.number("if-id-in"));
        json.put("if_id_out", keys.number("if-id-out"));
        json.put("per_cpu_sas", keys.textOrNull("per-cpu-sas"));
        json.put("per_cpu_mode", keys.textOrNull("per-cpu-mode"));
        json.put("per_cpu_cpus", keys.textOrNull("per-cpu-cpus"));
        json.put("per_cpu_max", keys.number("per-cpu-max"));
        json.put("steering", keys.textOrNull("steering"));
        json.put("hw_offload_against", keys.textOrNull("hw-offload-against"));
        return json;
    }

    private static List<Map<String, Object>> proposals(Keys keys, String name) {
        return keys.message().section(name).map(ViciMessage::sections).orElse(List.of()).stream().map(proposal -> {
            Map<String, Object> json = new LinkedHashMap<>();
            proposal.content().elements().forEach(kind -> json.put(kind.name(), proposal.content().list(kind.name())));
            return json;
        }).toList();
    }
}
