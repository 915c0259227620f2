package dev.keylane.interop.peer;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A tunnel in swanctl.conf syntax, which strongSwan and keylane both read, from one end's point of view. Keys of the
 * connection, the child and the secret can be replaced or added before it is rendered.
 */
public final class SwanctlConf {
    private final String name;
    private final Map<String, String> connection = new LinkedHashMap<>();
    private final Map<String, String> child = new LinkedHashMap<>();
    private String localId;
    private String remoteId;
    private String secret = SECRET;

    private SwanctlConf(Tunnel tunnel, boolean left) {
        Family family = tunnel.family();
        name = tunnel.name();
        localId = left ? "left" : "right";
        remoteId = left ? "right" : "left";
        connection.put("version", "2");
        connection.put("local_addrs", left ? family.left : family.right);
        connection.put("remote_addrs", left ? family.right : family.left);
        connection.put("mobike", "no");
        connection.put("proposals", tunnel.suite().ike);
        child.put("esp_proposals", tunnel.suite().esp + (tunnel.esn() ? "-esn" : "-noesn"));
        child.put("mode", tunnel.mode().text());
        if (tunnel.mode() == Mode.TUNNEL) {
            Family inner = tunnel.inner();
            child.put("local_ts", left ? inner.leftNet : inner.rightNet);
            child.put("remote_ts", left ? inner.rightNet : inner.leftNet);
        }
    }

    public static SwanctlConf left(Tunnel tunnel) {
        return new SwanctlConf(tunnel, true);
    }

    public static SwanctlConf right(Tunnel tunnel) {
        return new SwanctlConf(tunnel, false);
    }

    public String name() {
        return name;
    }

    public SwanctlConf connection(String key, String value) {
        connection.put(key, value);
        return this;
    }

    public SwanctlConf child(String key, String value) {
        child.put(key, value);
        return this;
    }

    public SwanctlConf ids(String local, String remote) {
        localId = local;
        remoteId = remote;
        return this;
    }

    public SwanctlConf secret(String value) {
        secret = value;
        return this;
    }

    public String text() {
        return """
                connections {
                    %1$s {
                %2$s    local {
                            auth = psk
                            id = %3$s
                        }
                        remote {
                            auth = psk
                            id = %4$s
                        }
                        children {
                            %1$s {
                %5$s      }
                        }
                    }
                }
                secrets {
                    ike-%1$s {
                        id-1 = %3$s
                        id-2 = %4$s
                        secret = %6$s
                    }
                }
                """.formatted(name, lines("    ", connection), localId, remoteId, lines("        ", child), secret);
    }

    private static String lines(String indent, Map<String, String> settings) {
        StringBuilder text = new StringBuilder();
        settings.forEach((key, value) -> text.append(indent).append(key).append(" = ").append(value).append('\n'));
        return text.toString();
    }

    /** At least as long as the longest PRF's key, which libreswan wants. */
    static final String SECRET =
            "\"a shared secret of more than sixty-four octets, as long as the longest hash wants\"";
}
