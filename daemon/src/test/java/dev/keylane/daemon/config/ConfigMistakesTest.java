package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The exact words for what an operator may get wrong. */
class ConfigMistakesTest {
    private static Arguments connection(String line, String mistake) {
        return Arguments.of(SampleConfig.connection(line), mistake.isEmpty() ? "" : "t.conf:3: " + mistake);
    }

    private static Arguments local(String line, String mistake) {
        return Arguments.of(SampleConfig.local(line), "t.conf:4: " + mistake);
    }

    private static Arguments child(String line, String mistake) {
        return Arguments.of(SampleConfig.child(line), "t.conf:7: " + mistake);
    }

    static List<Arguments> ofConnections() {
        return List.of(
                connection("version = 1", "version: IKEv1 is not supported by keylane"),
                connection("version = 3", "version: expected a number from 0 to 2, found \"3\""),
                connection("verson = 2", "verson: unknown key, did you mean version?"),
                connection("local_adrs = %any", "local_adrs: unknown key, did you mean local_addrs?"),
                connection("nonsense = 1", "nonsense: unknown key"),
                connection("children = 1", "children: unknown key"),
                connection("childs { }", "childs: unknown section"),
                connection("local_addrs = 300.1.1.1",
                        "local_addrs: expected an address, prefix, range, host name or %any, found \"300.1.1.1\""),
                connection("remote_addrs = 10.0.0.0/33",
                        "remote_addrs: expected an address, prefix, range, host name or %any, found \"10.0.0.0/33\""),
                connection("remote_addrs = 10.0.0.9-10.0.0.1", "remote_addrs: expected an address, prefix, range, "
                        + "host name or %any, found \"10.0.0.9-10.0.0.1\""),
                connection("local_port = 65536", "local_port: expected a number from 0 to 65535, found \"65536\""),
                connection("remote_port = -1", "remote_port: expected a number from 0 to 65535, found \"-1\""),
                connection("proposals = aes128-sha256-x25519, aes129-sha256-x25519",
                        "proposals: proposal \"aes129-sha256-x25519\": \"aes129\" is not an algorithm"),
                connection("proposals = 3des-sha1-modp1024",
                        "proposals: proposal \"3des-sha1-modp1024\": \"3des\" is not supported by keylane yet"),
                connection("encap = maybe", "encap: expected yes or no, found \"maybe\""),
                connection("mobike = ja", "mobike: expected yes or no, found \"ja\""),
                connection("dpd_delay = 5x", "dpd_delay: expected a time such as 30s, 15m, 4h or 1d, found \"5x\""),
                connection("dpd_delay = -5s", "dpd_delay: expected a time such as 30s, 15m, 4h or 1d, found \"-5s\""),
                connection("mobike = yes", "mobike: \"yes\" is not supported by keylane, only no"),
                connection("reauth_time = 3h", "reauth_time: \"3h\" is not supported by keylane, only 0s"),
                connection("send_cert = sometimes", "send_cert: expected one of ifasked, never, always, found \"sometimes\""),
                connection("left = 10.0.0.1", "left: unknown key, in swanctl.conf it is local_addrs"),
                connection("rekeytimes = 1h", "rekeytimes: unknown key, did you mean rekey_time?"),
                connection("fragmentation = some",
                        "fragmentation: expected one of yes, accept, force, no, found \"some\""),
                connection("childless = always",
                        "childless: expected one of allow, prefer, force, never, found \"always\""),
                connection("unique = sometimes",
                        "unique: expected one of no, never, keep, replace, found \"sometimes\""),
                connection("keyingtries = many",
                        "keyingtries: expected a number from 0 to 2147483647, found \"many\""),
                connection("rekey_time = 5000000000",
                        "rekey_time: expected a time such as 30s, 15m, 4h or 1d, found \"5000000000\""),
                connection("if_id_in = %unique", "if_id_in: \"%unique\" is not supported by keylane"),
                connection("vips = 0.0.0.0, ::", "vips: not supported by keylane"),
                connection("pools = a", "pools: not supported by keylane"),
                connection("dscp = 222222", "dscp: expected up to 6 binary digits, found \"222222\""));
    }

    static List<Arguments> ofAuthentication() {
        return List.of(
                local("", "auth: its default pubkey is not supported by keylane, set auth = psk"),
                local("auth = pubkey", "auth: \"pubkey\" is not supported by keylane, only psk"),
                local("auth = eap-tls", "auth: \"eap-tls\" is not supported by keylane, only psk"),
                local("auth = ecdsa-384-sha384", "auth: \"ecdsa-384-sha384\" is not supported by keylane, only psk"),
                local("auth = secret", "auth: expected psk, found \"secret\""),
                Arguments.of(SampleConfig.local("auth = psk\nid = \"\""),
                        "t.conf:5: id: expected an identity, found nothing"),
                local("certs = a.pem\nauth = psk", "certs: not supported by keylane"),
                local("cert1 { file = a.pem\n} auth = psk", "cert1: not supported by keylane"),
                local("thing { } auth = psk", "thing: unknown section"),
                Arguments.of("connections { c { local { auth = psk\n} } }",
                        "t.conf:1: remote: there is no such section in c, it must at least say auth = psk"),
                Arguments.of("connections { c { remote { auth = psk\n} } }",
                        "t.conf:1: local: there is no such section in c, it must at least say auth = psk"),
                Arguments.of("connections { c { local { auth = psk\n}\n local-2 { auth = psk\n}\n"
                        + "remote { auth = psk\n} } }",
                        "t.conf:3: local-2: a second round of authentication is not supported by keylane"));
    }

    static List<Arguments> ofChildren() {
        return List.of(
                child("mode = beet", "mode: \"beet\" is not supported by keylane"),
                child("mode = transport_proxy", "mode: \"transport_proxy\" is not supported by keylane"),
                child("mode = tunnels", "mode: expected one of tunnel, transport, pass, drop, found \"tunnels\""),
                child("esp_proposals = aes128gcm128-x25519-sen",
                        "esp_proposals: proposal \"aes128gcm128-x25519-sen\": \"sen\" is not an algorithm"),
                child("ah_proposals = sha256", "ah_proposals: not supported by keylane"),
                child("local_ts = 10.1.0.0/16[udp/4789", "local_ts: the bracket in \"10.1.0.0/16[udp/4789\" is not closed"),
                child("local_ts = 10.1.0.0/16[upd/4789]", "local_ts: unknown protocol \"upd\""),
                child("local_ts = dynamic[udp/70000]", "local_ts: not a port or a range of ports: \"70000\""),
                child("local_ts = dynamic[udp/9-5]", "local_ts: not a port or a range of ports: \"9-5\""),
                child("local_ts = dynamic[/53]", "local_ts: a port needs a protocol, as in udp/53"),
                child("remote_ts = 10.1.0.0/16, host.example.org", "remote_ts: expected a selector such as 10.1.0.0/16, "
                        + "10.1.0.1-10.1.0.9, dynamic or 10.1.0.0/16[udp/4789], found \"host.example.org\""),
                child("per_cpu_sas = encap\nstart_action = start",
                        "per_cpu_sas: needs start_action = trap, but start_action is start"),
                child("per_cpu_sas = yes\nper_cpu_mode = hybrid\nstart_action = start",
                        "per_cpu_sas: needs start_action = trap, but start_action is start"),
                child("per_cpu_mode = lazy", "per_cpu_mode: expected one of demand, eager, hybrid, found \"lazy\""),
                child("per_cpu_mode = eager", "per_cpu_mode: needs per_cpu_sas = yes or encap"),
                child("per_cpu_cpus = 0\nper_cpu_sas = no", "per_cpu_cpus: needs per_cpu_sas = yes or encap"),
                child("per_cpu_max = 2\nper_cpu_mode = eager", "per_cpu_max: needs per_cpu_sas = yes or encap"),
                child("lanes = 8", "lanes: needs per_cpu_sas = yes or encap"),
                child("lanes = 6\nper_cpu_sas = yes", "lanes: expected auto or one of 1, 2, 4, 8, 16, 32, 64, found \"6\""),
                child("lanes = 128\nper_cpu_sas = yes",
                        "lanes: expected auto or one of 1, 2, 4, 8, 16, 32, 64, found \"128\""),
                child("per_cpu_max = 0\nper_cpu_sas = yes", "per_cpu_max: expected a number from 1 to 8192, found \"0\""),
                child("per_cpu_cpus = 3-1\nper_cpu_sas = yes",
                        "per_cpu_cpus: expected auto, queues or a list of CPUs such as 0-3,8, found \"3-1\""),
                child("per_cpu_sas = all", "per_cpu_sas: expected one of no, yes, encap, found \"all\""),
                child("per_cpu_sas = yes\nmode = pass", "per_cpu_sas: mode = pass has no SAs"),
                child("hw_offload = packet\nesp_proposals = chacha20poly1305, aes256-sha256", "hw_offload: packet needs AES-GCM "
                        + "with 128 or 256 bits and an ICV of 16 octets, which is not in esp_proposals"),
                child("hw_offload = hard",
                        "hw_offload: expected one of no, crypto, yes, packet, full, auto, found \"hard\""),
                child("start_action = go", "start_action: expected one of none, trap, start, trap|start, found \"go\""),
                child("start_action = trap|none",
                        "start_action: expected one of none, trap, start, trap|start, found \"trap|none\""),
                child("dpd_action = hold",
                        "dpd_action: expected one of none, clear, trap, start, restart, route, found \"hold\""),
                child("mark_in = %unique", "mark_in: \"%unique\" is not supported by keylane"),
                child("mark_out = 1/2/3", "mark_out: expected a mark such as 42 or 0x10/0xff, found \"1/2/3\""),
                child("set_mark_in = %same", "set_mark_in: \"%same\" is not supported by keylane"),
                child("reqid = 2147483648", "reqid: expected a number from 0 to 2147483647, found \"2147483648\""),
                child("priority = 0x100000000",
                        "priority: expected a number from 0 to 4294967295, found \"0x100000000\""),
                child("interface = a/b", "interface: expected the name of a network interface, found \"a/b\""),
                child("replay_window = 5000", "replay_window: expected a number from 0 to 4096, found \"5000\""),
                child("tfc_padding = mtu", "tfc_padding: \"mtu\" is not supported by keylane"),
                child("rekey_bytes = 1t", "rekey_bytes: expected a number of bytes such as 65536, 500m or 1g, found \"1t\""),
                child("copy_dscp = both", "copy_dscp: expected one of out, in, yes, no, found \"both\""),
                child("ipcomp = yes", "ipcomp: \"yes\" is not supported by keylane, only no"),
                child("inactivity = 10m", "inactivity: \"10m\" is not supported by keylane, only 0s"),
                child("sub { }", "sub: unknown section"),
                child("encap = yes", "encap: unknown key here, its place is connections.<conn>"),
                child("mode = " + "m".repeat(100),
                        "mode: expected one of tunnel, transport, pass, drop, found \"" + "m".repeat(60) + "...\""));
    }

    static List<Arguments> ofTheRest() {
        return List.of(
                Arguments.of("conections { }", "t.conf:1: conections: unknown section, did you mean connections?"),
                Arguments.of("connections = yes", "t.conf:1: connections: unknown key, expected a section"),
                Arguments.of("connections { a = b\n}", "t.conf:1: a: expected a section in connections, found a key"),
                Arguments.of("pools { p { addrs = 10.0.0.0/24\n} }", "t.conf:1: pools: not supported by keylane"),
                Arguments.of("authorities { a { file = ca.pem\n} }", "t.conf:1: authorities: not supported by keylane"),
                Arguments.of("secrets { ike { id = a\n} }", "t.conf:1: secret: there is none in ike"),
                Arguments.of("secrets { ike { secret = 0xfg\n} }",
                        "t.conf:1: secret: the secret starts with 0x but is not hexadecimal"),
                Arguments.of("secrets { ike { secret = 0s=\n} }",
                        "t.conf:1: secret: the secret starts with 0s but is not base64"),
                Arguments.of("secrets { ike { secret = \"\"\n} }", "t.conf:1: secret: the secret is empty"),
                Arguments.of("secrets { ike { secret = x\nsecrt = y\n} }",
                        "t.conf:2: secrt: unknown key, did you mean secret?"),
                Arguments.of("secrets { ike { secret = x\ns { } } }", "t.conf:2: s: unknown section"),
                Arguments.of("secrets { eap-a { secret = x\n} }",
                        "t.conf:1: eap-a: not supported by keylane, only ike secrets are"),
                Arguments.of("secrets { private1 { file = k.pem\n} }",
                        "t.conf:1: private1: not supported by keylane, only ike secrets are"),
                Arguments.of("secrets { psk { secret = x\n} }", "t.conf:1: psk: unknown kind of secret"),
                Arguments.of("secrets { secret = x\n}", "t.conf:1: secret: expected a section in secrets, found a key"),
                Arguments.of("charon { port = http\n}", "t.conf:1: port: expected a number from 0 to 65535, found \"http\""),
                Arguments.of("charon.retransmit_base = 0.5",
                        "t.conf:1: retransmit_base: expected a number such as 1.8 from 1 to 100, found \"0.5\""),
                Arguments.of("charon { retransmit_trys = 3\n}",
                        "t.conf:1: retransmit_trys: unknown key, did you mean retransmit_tries?"),
                Arguments.of("charon { a { b { c = d\n} } }", "t.conf:1: a.b.c: unknown key"),
                Arguments.of("charon { plugins { kernel-netlink { bufln = 1\n} } }", "t.conf:1: plugins.kernel-netlink."
                        + "bufln: unknown key, did you mean plugins.kernel-netlink.buflen?"),
                Arguments.of("charon { plugins { vici { socket = tcp://127.0.0.1:4502\n} } }", "t.conf:1: "
                        + "plugins.vici.socket: \"tcp://127.0.0.1:4502\" is not supported by keylane, only unix://"),
                Arguments.of("charon { plugins { vici { socket = /run/v\n} } }", "t.conf:1: plugins.vici.socket: "
                        + "expected unix:// and an absolute path, found \"/run/v\""));
    }

    @ParameterizedTest
    @MethodSource({"ofConnections", "ofAuthentication", "ofChildren", "ofTheRest"})
    void namesThePlaceTheKeyAndTheMistake(String text, String mistake) {
        assertThat(SampleConfig.mistakes(text)).isEqualTo(mistake.isEmpty() ? List.of() : List.of(mistake));
    }

    @Test
    void reportsAllMistakesInTheOrderOfTheirLines() {
        String text = SampleConfig.child("mode = beet\nlocal_ts = x\npolicies = y").replace("{ auth = psk }", "{ }")
                .replace("  c {", "  c { version = 1") + "secrets { ike { } }";
        assertThat(SampleConfig.load(text).mistakes()).extracting(mistake -> mistake.origin().line() + mistake.key())
                .containsExactly("2version", "6auth", "7mode", "8local_ts", "9policies", "13secret");
    }
}
