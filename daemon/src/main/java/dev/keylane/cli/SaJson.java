package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shape of {@code list-sas --json}: an array of IKE SAs, each with all of these keys. What is not known (yet) is
 * null, counters are zero; times are seconds, SPIs hexadecimal digits.
 * <pre>
 * name id version state initiator
 * local, remote: { host port id }
 * spi_initiator spi_responder nat algorithms established_seconds rekey_seconds
 * children: [ { name id reqid state mode protocol per_cpu cpu lane lanes encap spi_in spi_out mark_in mark_out
 *               if_id_in if_id_out esn algorithms offload
 *               offload_device offload_asked offload_refused[]
 *               bytes_in packets_in used_in_seconds bytes_out packets_out used_out_seconds
 *               installed_seconds rekey_seconds life_seconds local_ts[] remote_ts[] } ]
 * </pre>
 * {@code cpu} is null for an SA that serves every CPU, {@code lane} and {@code lanes} where flows are not divided;
 * {@code offload} is null, "crypto" or "packet" as granted by the device, {@code offload_asked} null, "crypto", "packet" or
 * "auto", and {@code offload_refused} says why it is less.
 */
final class SaJson {
    private SaJson() {
    }

    static Map<String, @Nullable Object> ike(ViciMessage.Section sa) {
        Keys keys = new Keys(sa.content());
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", sa.name());
        json.put("id", keys.number("uniqueid"));
        json.put("version", keys.number("version"));
        json.put("state", keys.textOrNull("state"));
        json.put("initiator", keys.flag("initiator"));
        json.put("local", side(keys, "local"));
        json.put("remote", side(keys, "remote"));
        json.put("spi_initiator", keys.textOrNull("initiator-spi"));
        json.put("spi_responder", keys.textOrNull("responder-spi"));
        json.put("nat", keys.flag("nat-any"));
        json.put("algorithms", algorithms(keys));
        json.put("established_seconds", keys.number("established"));
        json.put("rekey_seconds", keys.number("rekey-time"));
        json.put("children", sa.content().section("child-sas").map(SaJson::children).orElse(List.of()));
        return json;
    }

    private static Map<String, @Nullable Object> side(Keys keys, String side) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("host", keys.textOrNull(side + "-host"));
        json.put("port", keys.number(side + "-port"));
        json.put("id", keys.textOrNull(side + "-id"));
        return json;
    }

    private static @Nullable String algorithms(Keys keys) {
        return keys.algorithms().isEmpty() ? null : keys.algorithms();
    }

    private static List<Map<String, @Nullable Object>> children(ViciMessage children) {
        return children.sections().stream().map(child -> child(new Keys(child.content()))).toList();
    }

    private static Map<String, @Nullable Object> child(Keys keys) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", keys.textOrNull("name"));
        json.put("id", keys.number("uniqueid"));
        json.put("reqid", keys.number("reqid"));
        json.put("state", keys.textOrNull("state"));
        json.put("mode", keys.textOrNull("mode"));
        json.put("protocol", keys.textOrNull("protocol"));
        json.put("per_cpu", keys.flag("per-cpu-sas"));
        json.put("cpu", keys.number("cpu"));
        json.put("lane", keys.number("lane"));
        json.put("lanes", keys.number("lanes"));
        json.put("encap", keys.flag("encap"));
        json.put("spi_in", keys.textOrNull("spi-in"));
        json.put("spi_out", keys.textOrNull("spi-out"));
        json.put("mark_in", keys.mark("in"));
        json.put("mark_out", keys.mark("out"));
        json.put("if_id_in", interfaceId(keys, "in"));
        json.put("if_id_out", interfaceId(keys, "out"));
        json.put("esn", keys.flag("esn"));
        json.put("algorithms", algorithms(keys));
        json.put("offload", keys.textOrNull("hw-offload"));
        json.put("offload_device", keys.textOrNull("hw-device"));
        json.put("offload_asked", keys.textOrNull("hw-offload-asked"));
        json.put("offload_refused", keys.message().list("hw-offload-refused"));
        counters(json, keys, "in");
        counters(json, keys, "out");
        json.put("installed_seconds", keys.number("install-time"));
        json.put("rekey_seconds", keys.number("rekey-time"));
        json.put("life_seconds", keys.number("life-time"));
        json.put("local_ts", keys.message().list("local-ts"));
        json.put("remote_ts", keys.message().list("remote-ts"));
        return json;
    }

    /** A number, as it is configured. */
    private static @Nullable Long interfaceId(Keys keys, String direction) {
        String id = keys.text("if-id-" + direction);
        return id.matches("[0-9a-f]{1,8}") ? Long.valueOf(id, 16) : null;
    }

    private static void counters(Map<String, @Nullable Object> json, Keys keys, String direction) {
        json.put("bytes_" + direction, count(keys.number("bytes-" + direction)));
        json.put("packets_" + direction, count(keys.number("packets-" + direction)));
        json.put("used_" + direction + "_seconds", keys.number("use-" + direction));
    }

    private static long count(@Nullable Long counter) {
        return counter == null ? 0 : counter;
    }
}
