package dev.keylane.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shape of {@code top --json}: an object with all of these keys; what is not known or for all CPUs is null.
 * <pre>
 * connections: [ { name up children_down[] ike_sas: [ { id state remote rekey_seconds children: [ {
 *     id name place state offload steering rekey_seconds bytes_in packets_in bytes_out packets_out } ] } ] } ]
 * </pre>
 */
final class TopJson {
    private TopJson() {
    }

    static Map<String, Object> of(TopSample sample) {
        return Map.of("connections", sample.connections().stream().map(TopJson::connection).toList());
    }

    private static Map<String, Object> connection(TopSample.Conn conn) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", conn.name());
        json.put("up", conn.isUp());
        json.put("children_down", conn.down());
        json.put("ike_sas", conn.ikeSas().stream().map(TopJson::ike).toList());
        return json;
    }

    private static Map<String, @Nullable Object> ike(TopSample.Ike ike) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", ike.id());
        json.put("state", ike.state());
        json.put("remote", ike.remote());
        json.put("rekey_seconds", ike.rekey());
        json.put("children", ike.sas().stream().map(TopJson::child).toList());
        return json;
    }

    private static Map<String, @Nullable Object> child(TopSample.Sa sa) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", sa.id());
        json.put("name", sa.child());
        json.put("place", known(sa.place()));
        json.put("state", sa.state());
        json.put("offload", known(sa.offload()));
        json.put("steering", known(sa.steering()));
        json.put("rekey_seconds", sa.rekey());
        json.put("bytes_in", sa.in().bytes());
        json.put("packets_in", sa.in().packets());
        json.put("bytes_out", sa.out().bytes());
        json.put("packets_out", sa.out().packets());
        return json;
    }

    private static @Nullable String known(String text) {
        return text.equals("-") ? null : text;
    }
}
