package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.config.KnownKey.Scope;
import dev.keylane.daemon.config.KnownKey.Use;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks the table of keys. */
class KnownKeysTest {
    /** Keys that strongSwan does not have. */
    private static final Set<String> OURS = Set.of("steering", "per_cpu_mode", "per_cpu_cpus", "per_cpu_max", "lanes");

    /** Every key of strongSwan's manual for swanctl.conf. */
    private static final Map<Scope, String> MANUAL = Map.of(
            Scope.CONNECTION, "version local_addrs remote_addrs local_port remote_port proposals vips aggressive pull "
                    + "dscp encap mobike dpd_delay dpd_timeout fragmentation childless send_certreq send_cert ocsp "
                    + "ppk_id ppk_required keyingtries unique reauth_time rekey_time over_time rand_time pools "
                    + "if_id_in if_id_out mediation mediated_by mediation_peer",
            Scope.AUTHENTICATION, "round auth id certs pubkeys cacerts ca_id revocation groups cert_policy eap_id "
                    + "aaa_id xauth_id",
            Scope.CHILD, "esp_proposals ah_proposals sha256_96 local_ts remote_ts rekey_time life_time rand_time "
                    + "rekey_bytes life_bytes rand_bytes rekey_packets life_packets rand_packets updown hostaccess "
                    + "mode policies policies_fwd_out dpd_action close_action start_action ipcomp inactivity reqid "
                    + "priority interface mark_in mark_out mark_in_sa set_mark_in set_mark_out if_id_in if_id_out "
                    + "label label_mode tfc_padding replay_window per_cpu_sas hw_offload copy_df copy_ecn copy_dscp "
                    + "icmp",
            Scope.SECRET, "secret id*");

    /** A value of each refused key that asks for something. */
    private static final Map<String, String> ASKING = Map.ofEntries(Map.entry("vips", "0.0.0.0"),
            Map.entry("pools", "p"), Map.entry("dscp", "101110"), Map.entry("ppk_id", "ppk"), Map.entry("ppk_required", "yes"),
            Map.entry("mediation", "yes"), Map.entry("mediated_by", "m"), Map.entry("mediation_peer", "m"),
            Map.entry("certs", "a.pem"), Map.entry("pubkeys", "a.pem"), Map.entry("cacerts", "a.pem"),
            Map.entry("ca_id", "C=CH"), Map.entry("revocation", "strict"), Map.entry("groups", "g"),
            Map.entry("cert_policy", "1.2.3"), Map.entry("eap_id", "e"), Map.entry("aaa_id", "a"),
            Map.entry("xauth_id", "x"), Map.entry("ah_proposals", "sha256"), Map.entry("sha256_96", "yes"),
            Map.entry("ipcomp", "yes"), Map.entry("inactivity", "10m"),
            Map.entry("label", "l"), Map.entry("mobike", "yes"),
            Map.entry("reauth_time", "3h"), Map.entry("ikesa_limit", "100"), Map.entry("init_limit_job_load", "10"),
            Map.entry("fragment_size_v4", "1280"), Map.entry("fragment_size_v6", "1280"), Map.entry("max_packet", "20000"),
            Map.entry("delete_rekeyed_delay", "60"), Map.entry("keep_alive_dpd_margin", "10s"),
            Map.entry("inactivity_close_ike", "yes"), Map.entry("reuse_ikesa", "no"), Map.entry("install_routes", "yes"),
            Map.entry("interfaces_use", "eth0"), Map.entry("interfaces_ignore", "eth1"), Map.entry("reqid_base", "1000"),
            Map.entry("spi_min", "0xc1000000"), Map.entry("spi_max", "0xc2000000"), Map.entry("start-scripts.", "/bin/true"),
            Map.entry("stop-scripts.", "/bin/true"), Map.entry("user", "vpn"),
            Map.entry("plugins.kernel-netlink.fwmark", "!0x42"), Map.entry("plugins.kernel-netlink.mtu", "1400"),
            Map.entry("plugins.kernel-netlink.mss", "1360"), Map.entry("plugins.kernel-netlink.port_bypass", "yes"),
            Map.entry("plugins.kernel-netlink.install_routes_xfrmi", "yes"),
            Map.entry("plugins.kernel-netlink.set_proto_port_transport_sa", "yes"));

    /** Values of ignored keys that are not the default. */
    private static final Map<String, String> OTHER = Map.of("aggressive", "yes", "pull", "no", "dpd_timeout", "150s",
            "send_certreq", "no", "send_cert", "always", "ocsp", "both", "label_mode", "simple");

    /** Keys that take almost any text, and what they do not take. */
    private static final Map<String, String> WRONG = Map.of("id", "\"\"", "id*", "\"\"",
            "interface", "a/b", "secret", "0xnothex", "updown", "x".repeat(10_001));

    static Stream<KnownKey<?>> all() {
        return KnownKeys.all().stream();
    }

    static Stream<KnownKey<?>> withDefault() {
        return all().filter(key -> !key.standard().isEmpty());
    }

    static Stream<KnownKey<?>> used() {
        return all().filter(key -> key.use() == Use.USED);
    }

    static Stream<KnownKey<?>> refused() {
        return all().filter(key -> key.use() == Use.REFUSED);
    }

    static Stream<KnownKey<?>> ignored() {
        return all().filter(key -> key.use() == Use.IGNORED);
    }

    @Test
    void holdsEveryKeyOfTheManual() {
        MANUAL.forEach((scope, keys) -> assertThat(all().filter(key -> key.scope() == scope).map(KnownKey::name)
                .filter(name -> !OURS.contains(name))).containsExactlyInAnyOrder(keys.split(" ")));
    }

    @Test
    void namesEachKeyOnce() {
        Set<List<Object>> seen = new HashSet<>();
        assertThat(all()).allMatch(key -> seen.add(List.of(key.scope(), key.name())));
    }

    @ParameterizedTest
    @MethodSource("withDefault")
    void acceptsTheDefault(KnownKey<?> key) {
        assertThat(SampleConfig.mistakes(with(key, key.standard()))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("used")
    void saysWhatAWrongValueIs(KnownKey<?> key) {
        assertThat(SampleConfig.mistakes(with(key, WRONG.getOrDefault(key.name(), "!wrong!")))).singleElement().asString()
                .startsWith(place(key)).hasSizeGreaterThan(place(key).length() + 10).doesNotContain("nothex");
    }

    @Test
    void asksSomethingOfEveryRefusedKey() {
        assertThat(refused().map(KnownKey::name).collect(Collectors.toSet())).isEqualTo(ASKING.keySet());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesOnlyWhatAsksForSomething(KnownKey<?> key) {
        if (ASKING.containsKey(key.name())) {
            assertThat(SampleConfig.mistakes(with(key, ASKING.get(key.name())))).singleElement().asString()
                    .startsWith(place(key)).contains("not supported by keylane");
        }
        boolean never = key.format().expects().equals(KeyTable.NOTHING);
        for (String inert : never ? new String[0] : key.format().expects().split(" or ")) {
            assertThat(SampleConfig.mistakes(with(key, inert))).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("ignored")
    void notesWhatIsIgnored(KnownKey<?> key) {
        Loaded loaded = SampleConfig.load(with(key, OTHER.getOrDefault(key.name(), "whatever")));
        assertThat(loaded.mistakes()).isEmpty();
        assertThat(key.remark()).isNotEmpty();
        assertThat(loaded.notes()).singleElement().asString().isEqualTo(place(key) + "ignored: " + key.remark());
    }

    private static String with(KnownKey<?> key, String value) {
        String line = written(key) + " = " + value;
        return switch (key.scope()) {
            case CONNECTION -> SampleConfig.connection(line);
            case AUTHENTICATION -> SampleConfig.local(key.name().equals("auth") ? line : line + "\nauth = psk");
            case CHILD -> SampleConfig.child(line);
            case SECRET -> "secrets { ike { " + line + "\n"
                    + (key.name().equals("secret") ? "" : "secret = x\n") + "} }";
            case DAEMON -> "charon { " + line + "\n}";
            case DEVICE -> "charon { devices { eth0 { " + line + "\n} } }";
            case LOG -> "charon { filelog { stderr { " + line + "\n} } }";
        };
    }

    private static String place(KnownKey<?> key) {
        int line = switch (key.scope()) {
            case CONNECTION -> 3;
            case AUTHENTICATION -> 4;
            case CHILD -> 7;
            case SECRET, DAEMON, DEVICE, LOG -> 1;
        };
        return "t.conf:" + line + ": " + written(key) + ": ";
    }

    /** A name that stands for several needs something in its place. */
    private static String written(KnownKey<?> key) {
        return key.name().replace("*", "-a").replaceAll("\\.$", ".any");
    }
}
