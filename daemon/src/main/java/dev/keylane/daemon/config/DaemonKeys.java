package dev.keylane.daemon.config;

import static dev.keylane.daemon.config.ValueFormats.PORT;
import static dev.keylane.daemon.config.ValueFormats.TIME;
import static dev.keylane.daemon.config.ValueFormats.integer;

import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.ike.policy.MessageOptions;
import dev.keylane.ike.text.Parsed;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Settings of strongswan.conf, below {@code charon}, {@code charon-systemd} or {@code keylane}. */
final class DaemonKeys {
    private DaemonKeys() {
    }

    private static final KeyTable DAEMON = new KeyTable(KnownKey.Scope.DAEMON);
    private static final ValueFormat<Integer> COUNT = integer(0, 1_000_000).map(Long::intValue);

    static final KnownKey<Integer> PORT_IKE = DAEMON.used("port", PORT, "500");
    static final KnownKey<Integer> PORT_NAT_T = DAEMON.used("port_nat_t", PORT, "4500");
    static final KnownKey<Duration> RETRANSMIT_TIMEOUT =
            DAEMON.used("retransmit_timeout", ValueFormats.SECONDS, "4.0");
    static final KnownKey<Double> RETRANSMIT_BASE = DAEMON.used("retransmit_base", ValueFormats.FACTOR, "1.8");
    static final KnownKey<Integer> RETRANSMIT_TRIES =
            DAEMON.used("retransmit_tries", integer(0, 30).map(Long::intValue), "5");
    static final KnownKey<Integer> RETRANSMIT_JITTER =
            DAEMON.used("retransmit_jitter", integer(0, 20).map(Long::intValue), "0");
    static final KnownKey<Duration> RETRANSMIT_LIMIT = DAEMON.used("retransmit_limit", TIME, "0");
    static final KnownKey<Duration> RETRY_INITIATE_INTERVAL = DAEMON.used("retry_initiate_interval", TIME, "0");
    static final KnownKey<Boolean> INITIATOR_ONLY = DAEMON.used("initiator_only", ValueFormats.BOOLEAN, "no");
    static final KnownKey<Boolean> CLOSE_IKE_ON_CHILD_FAILURE =
            DAEMON.used("close_ike_on_child_failure", ValueFormats.BOOLEAN, "no");
    static final KnownKey<Integer> COOKIE_THRESHOLD = DAEMON.used("cookie_threshold", COUNT, "30");
    static final KnownKey<Integer> COOKIE_THRESHOLD_IP = DAEMON.used("cookie_threshold_ip", COUNT, "3");
    static final KnownKey<Integer> BLOCK_THRESHOLD = DAEMON.used("block_threshold", COUNT, "5");
    static final KnownKey<Boolean> DOS_PROTECTION = DAEMON.used("dos_protection", ValueFormats.BOOLEAN, "yes");
    static final KnownKey<Integer> INIT_LIMIT_HALF_OPEN = DAEMON.used("init_limit_half_open", COUNT, "0");
    static final KnownKey<Duration> HALF_OPEN_TIMEOUT = DAEMON.used("half_open_timeout", TIME, "30");
    static final KnownKey<Duration> KEEP_ALIVE = DAEMON.used("keep_alive", TIME, "20");
    static final KnownKey<Integer> FRAGMENT_SIZE = DAEMON.used("fragment_size", SpecialFormats.FRAGMENT_SIZE, "1280");
    /** Our own, strongSwan has none. */
    static final KnownKey<Integer> WINDOW =
            DAEMON.used("window", integer(1, MessageOptions.MOST_WINDOW).map(Long::intValue), "64");
    static final KnownKey<Integer> REPLAY_WINDOW =
            DAEMON.used("replay_window", SpecialFormats.REPLAY_WINDOW, "32");
    /** Our own as well. */
    static final KnownKey<Steering> STEERING = DAEMON.used("steering", SpecialFormats.STEERING, "none");
    static final KnownKey<Path> STEERING_DIRECTORY =
            DAEMON.used("steering_directory", SpecialFormats.DIRECTORY, "/sys/fs/bpf/keylane");
    static final KnownKey<Integer> STEERING_SAS =
            DAEMON.used("steering_sas", integer(1, 262_144).map(Long::intValue), "16384");
    static final KnownKey<InetSocketAddress> HTTP_LISTEN =
            DAEMON.used("http.listen", new ValueFormat<>("HOST:PORT", HostPort::parse), "");
    static final KnownKey<Path> HTTP_CERTIFICATE = DAEMON.used("http.certificate", SpecialFormats.DIRECTORY, "");
    static final KnownKey<Path> HTTP_KEY = DAEMON.used("http.key", SpecialFormats.DIRECTORY, "");
    static final KnownKey<Path> HTTP_TOKEN = DAEMON.used("http.token", SpecialFormats.DIRECTORY, "");
    static final KnownKey<Boolean> HTTP_OPEN = DAEMON.used("http.open", ValueFormats.BOOLEAN, "no");
    static final KnownKey<Boolean> LOG_FORMAT = DAEMON.used("log_format", SpecialFormats.LOG_FORMAT, "plain");
    static final KnownKey<Path> LOG_KEYS = DAEMON.used("log_keys_for_wireshark", SpecialFormats.DIRECTORY, "");
    static final KnownKey<Path> CONTROL_SOCKET = DAEMON.used("plugins.vici.socket", new ValueFormat<>(
            "unix:// and an absolute path", DaemonKeys::unixSocket), "");

    /** strongSwan's daemon takes it for itself, too. */
    static final KnownKey<String> GROUP = DAEMON.used("group", new ValueFormat<>("a group's name", DaemonKeys::groupName), "");

    private static final List<String> IGNORED = List.of("threads", "ikesa_table_size", "ikesa_table_segments",
            "make_before_break", "delete_rekeyed", "spi_label", "spi_mask", "ignore_acquire_ts", "routing_table",
            "routing_table_prio", "prefer_configured_proposals", "send_vendor_id", "signature_authentication",
            "follow_redirects", "flush_auth_cfg", "rsa_pss", "receive_delay", "receive_delay_request", "receive_delay_response",
            "receive_delay_type", "send_delay", "send_delay_request", "send_delay_response", "send_delay_type", "load", "load_modular",
            "processor.priority_threads.", "syslog.", "plugins.", "plugins.vici.load");

    private static final List<String> KERNEL_NETLINK = List.of("load", "buflen", "receive_buffer_size",
            "force_receive_buffer_size", "hw_offload_feature_interface", "parallel_xfrm", "parallel_route",
            "policy_update", "process_rules", "roam_events", "retries", "timeout", "ignore_retransmit_errors",
            "max_mtu", "spdh_thresh.", "xfrm_acq_expires");

    static final String NO_COUNTERPART = "nothing here corresponds to it";

    /** Where ignoring something is more than a difference inside. */
    private static final Map<String, String> REMARKS = Map.ofEntries(
            Map.entry("threads", "one event loop does the keying"),
            Map.entry("ikesa_table_size", "tables grow by themselves"),
            Map.entry("ikesa_table_segments", "tables grow by themselves"),
            Map.entry("make_before_break", "IKE SAs are not authenticated anew"),
            Map.entry("load", "there are no plugins"), Map.entry("load_modular", "there are no plugins"),
            Map.entry("plugins.", "there are no plugins"), Map.entry("plugins.vici.load", "the control socket is always there"));

    static {
        ValueFormat<String> anything = new ValueFormat<>("anything", Parsed::of);
        differences();
        IGNORED.forEach(name -> DAEMON.ignored(name, anything, "", REMARKS.getOrDefault(name, NO_COUNTERPART)));
        KERNEL_NETLINK.forEach(name -> DAEMON.ignored("plugins.kernel-netlink." + name, anything, "", NO_COUNTERPART));
    }

    /** What an operator would get otherwise than asked for. */
    private static void differences() {
        ValueFormat<String> word = new ValueFormat<>("anything", Parsed::of);
        DAEMON.refused("ikesa_limit", COUNT, "0", "IKE SAs that have authenticated are not limited");
        DAEMON.refused("init_limit_job_load", COUNT, "0", "set init_limit_half_open");
        DAEMON.refused("fragment_size_v4", "set fragment_size, which holds for both families");
        DAEMON.refused("fragment_size_v6", "set fragment_size, which holds for both families");
        DAEMON.refused("max_packet", COUNT, "10000", "larger messages are thrown away");
        DAEMON.refused("delete_rekeyed_delay", TIME, "5", "a replaced SA receives on for as long as its peer may send on it");
        DAEMON.refused("keep_alive_dpd_margin", TIME, "0", "set dpd_delay");
        DAEMON.refused("inactivity_close_ike", ValueFormats.BOOLEAN, "no", "children are not closed for being idle");
        DAEMON.refused("reuse_ikesa", ValueFormats.BOOLEAN, "yes", "children of a connection share its IKE SA");
        DAEMON.refusedWithoutDefault("install_routes", ValueFormats.BOOLEAN, "no", "no routes are installed, add those that you need");
        DAEMON.refused("interfaces_use", "addresses to listen on are those of local_addrs, or of --listen");
        DAEMON.refused("interfaces_ignore", "addresses to listen on are those of local_addrs, or of --listen");
        DAEMON.refused("reqid_base", COUNT, "1", "a child's reqid fixes one");
        DAEMON.refused("spi_min", word, "0xc0000000", "the kernel, or steering, chooses SPIs");
        DAEMON.refused("spi_max", word, "0xcfffffff", "the kernel, or steering, chooses SPIs");
        DAEMON.refused("start-scripts.", "nothing is run at the start; --config names files to load");
        DAEMON.refused("stop-scripts.", "nothing is run at the end");
        DAEMON.refusedWithoutDefault("user", word, "root", "the daemon keeps its user; its unit or starter decides");
        DAEMON.refused("plugins.kernel-netlink.fwmark", "mark IKE messages by their ports, with nftables");
        DAEMON.refused("plugins.kernel-netlink.mtu", COUNT, "0", "no routes are installed; set it on yours");
        DAEMON.refused("plugins.kernel-netlink.mss", COUNT, "0", "no routes are installed; set it on yours");
        DAEMON.refused("plugins.kernel-netlink.port_bypass", ValueFormats.BOOLEAN, "no", "IKE passes by socket policies");
        DAEMON.refused("plugins.kernel-netlink.install_routes_xfrmi", ValueFormats.BOOLEAN, "no", "no routes are installed");
        DAEMON.refused("plugins.kernel-netlink.set_proto_port_transport_sa", ValueFormats.BOOLEAN, "no",
                "policies hold protocol and ports, SAs do not");
    }

    static List<KnownKey<?>> daemon() {
        return DAEMON.keys();
    }

    private static Parsed<String> groupName(String text) {
        return text.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}\\$?") ? Parsed.of(text)
                : ValueFormat.wrong("a group's name", text);
    }

    private static Parsed<Path> unixSocket(String text) {
        if (text.startsWith("tcp://")) {
            return Parsed.refused(ValueFormat.quoted(text) + " is not supported by keylane, only unix://");
        }
        return text.matches("unix:///[^\\p{Cntrl}]{1,100}") ? Parsed.of(Path.of(text.substring("unix://".length())))
                : ValueFormat.wrong("unix:// and an absolute path", text);
    }
}
