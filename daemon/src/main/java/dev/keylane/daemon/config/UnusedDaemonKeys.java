package dev.keylane.daemon.config;

import static dev.keylane.daemon.config.ValueFormats.BOOLEAN;
import static dev.keylane.daemon.config.ValueFormats.TIME;
import static dev.keylane.daemon.config.ValueFormats.integer;

import dev.keylane.ike.text.Parsed;
import java.util.List;
import java.util.Map;

/**
 * Settings of strongSwan's daemon that are not used here. Those without which an operator would get something else than
 * asked for are refused, those of its insides, of IKEv1, of certificates and of virtual addresses are taken with a note: a
 * distribution's files have to load, also where they write out defaults, all but {@code install_routes = yes}.
 */
final class UnusedDaemonKeys {
    private UnusedDaemonKeys() {
    }

    private static final ValueFormat<String> ANYTHING = new ValueFormat<>("anything", Parsed::of);
    private static final ValueFormat<Integer> COUNT = integer(0, 1_000_000).map(Long::intValue);

    static final String NO_COUNTERPART = "nothing here corresponds to it";

    private static final List<String> INSIDES = List.of("threads", "ikesa_table_size", "ikesa_table_segments",
            "make_before_break", "delete_rekeyed", "spi_label", "spi_mask", "ignore_acquire_ts", "routing_table",
            "routing_table_prio", "prefer_configured_proposals", "prefer_previous_dh_group", "send_vendor_id", "follow_redirects",
            "flush_auth_cfg", "accept_private_algs", "multiple_authentication", "receive_delay", "receive_delay_request",
            "receive_delay_response", "receive_delay_type", "send_delay", "send_delay_request", "send_delay_response",
            "send_delay_type", "load", "load_modular", "processor.priority_threads.", "syslog.", "customlog.", "host_resolver.",
            "leak_detective.", "crypto_test.", "dh_exponent_ansi_x9_42", "dlopen_use_rtld_now", "integrity_test", "iptfs.",
            "plugins.", "plugins.vici.load");

    private static final List<String> IKE_V1 = List.of("accept_unencrypted_mainmode_messages", "cisco_flexvpn", "cisco_unity",
            "i_dont_care_about_security_and_use_aggressive_mode_psk", "max_ikev1_exchanges");

    private static final List<String> CERTIFICATES = List.of("cache_crls", "cert_cache", "hash_and_url", "ocsp_nonce_len",
            "rdn_matching", "reject_trusted_end_entity", "rsa_pss", "rsa_pss_trailerfield", "signature_authentication",
            "signature_authentication_constraints", "force_eap_only_authentication", "x509.", "tls.", "tnc.", "imcv.", "imc.");

    private static final List<String> ADDRESSES = List.of("install_virtual_ip", "install_virtual_ip_on", "dns1", "dns2", "nbns1",
            "nbns2");

    private static final List<String> ROUTES = List.of("check_current_path", "ignore_routing_tables", "prefer_best_path",
            "prefer_temporary_addrs", "process_route");

    private static final List<String> KERNEL_NETLINK = List.of("load", "buflen", "receive_buffer_size",
            "force_receive_buffer_size", "hw_offload_feature_interface", "parallel_xfrm", "parallel_route",
            "policy_update", "process_rules", "roam_events", "retries", "timeout", "ignore_retransmit_errors",
            "max_mtu", "spdh_thresh.", "xfrm_acq_expires");

    /** Why there is nothing to do, where it is worth saying. */
    private static final Map<String, String> REMARKS = Map.ofEntries(
            Map.entry("threads", "one event loop does the keying"),
            Map.entry("ikesa_table_size", "tables grow by themselves"),
            Map.entry("ikesa_table_segments", "tables grow by themselves"),
            Map.entry("make_before_break", "IKE SAs are not authenticated anew"),
            Map.entry("load", "there are no plugins"), Map.entry("load_modular", "there are no plugins"),
            Map.entry("plugins.", "there are no plugins: what one did is done by keylane itself, or not at all"),
            Map.entry("plugins.vici.load", "the control socket is always there"));

    static void addTo(KeyTable table) {
        differences(table);
        INSIDES.forEach(name -> table.ignored(name, ANYTHING, "", REMARKS.getOrDefault(name, NO_COUNTERPART)));
        IKE_V1.forEach(name -> table.ignored(name, ANYTHING, "", "there is no IKEv1"));
        CERTIFICATES.forEach(name -> table.ignored(name, ANYTHING, "", "there are no certificates, and no EAP"));
        ADDRESSES.forEach(name -> table.ignored(name, ANYTHING, "", "there are no virtual addresses"));
        ROUTES.forEach(name -> table.ignored(name, ANYTHING, "", "the kernel chooses routes"));
        KERNEL_NETLINK.forEach(name -> table.ignored("plugins.kernel-netlink." + name, ANYTHING, "", NO_COUNTERPART));
    }

    /** What an operator would get otherwise than asked for. */
    private static void differences(KeyTable table) {
        table.refused("ikesa_limit", COUNT, "0", "IKE SAs that have authenticated are not limited");
        table.refused("init_limit_job_load", COUNT, "0", "set init_limit_half_open");
        table.refused("fragment_size_v4", "set fragment_size, which holds for both families");
        table.refused("fragment_size_v6", "set fragment_size, which holds for both families");
        table.refused("max_packet", COUNT, "10000", "larger messages are thrown away");
        table.refused("delete_rekeyed_delay", TIME, "5", "a replaced SA receives on for as long as its peer may send on it");
        table.refused("keep_alive_dpd_margin", TIME, "0", "set dpd_delay");
        table.refused("inactivity_close_ike", BOOLEAN, "no", "children are not closed for being idle");
        table.refused("reuse_ikesa", BOOLEAN, "yes", "children of a connection share its IKE SA");
        table.refusedWithoutDefault("install_routes", BOOLEAN, "no", "no routes are installed, add those that you need");
        table.refused("interfaces_use", "addresses to listen on are those of local_addrs, or of --listen");
        table.refused("interfaces_ignore", "addresses to listen on are those of local_addrs, or of --listen");
        table.refused("reqid_base", COUNT, "1", "a child's reqid fixes one");
        table.refused("spi_min", ANYTHING, "0xc0000000", "the kernel, or steering, chooses SPIs");
        table.refused("spi_max", ANYTHING, "0xcfffffff", "the kernel, or steering, chooses SPIs");
        table.refused("start-scripts.", "nothing is run at the start; --config names files to load");
        table.refused("stop-scripts.", "nothing is run at the end");
        table.refusedWithoutDefault("user", ANYTHING, "root", "the daemon keeps its user; its unit or starter decides");
        table.refused("plugins.kernel-netlink.fwmark", "mark IKE messages by their ports, with nftables");
        table.refused("plugins.kernel-netlink.mtu", COUNT, "0", "no routes are installed; set it on yours");
        table.refused("plugins.kernel-netlink.mss", COUNT, "0", "no routes are installed; set it on yours");
        table.refused("plugins.kernel-netlink.port_bypass", BOOLEAN, "no", "IKE passes by socket policies");
        table.refused("plugins.kernel-netlink.install_routes_xfrmi", BOOLEAN, "no", "no routes are installed");
        table.refused("plugins.kernel-netlink.set_proto_port_transport_sa", BOOLEAN, "no",
                "policies hold protocol and ports, SAs do not");
    }
}
