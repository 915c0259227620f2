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

    static {
        UnusedDaemonKeys.addTo(DAEMON);
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
