package dev.keylane.daemon.config;

import static dev.keylane.daemon.config.ValueFormats.BOOLEAN;
import static dev.keylane.daemon.config.ValueFormats.DSCP;
import static dev.keylane.daemon.config.ValueFormats.PORT;
import static dev.keylane.daemon.config.ValueFormats.TIME;
import static dev.keylane.daemon.config.ValueFormats.choice;

import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.IkeOptions.Childless;
import dev.keylane.ike.policy.IkeOptions.Fragmentation;
import dev.keylane.ike.policy.IkeOptions.Unique;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.ike.proposal.Proposal;
import java.time.Duration;
import java.util.List;

/** Keys of a connection and of its {@code local} and {@code remote} sections. */
final class ConnectionKeys {
    private ConnectionKeys() {
    }

    private static final String IKEV1 = "of IKEv1 only";
    private static final String CERTIFICATES = "of certificates only, which keylane does not use";
    private static final String MEDIATION = "connect the peers directly";
    private static final String PRE_SHARED = "set auth = psk, with a secret for both identities";
    private static final KeyTable CONNECTION = new KeyTable(KnownKey.Scope.CONNECTION);

    static final KnownKey<Integer> VERSION = CONNECTION.used("version", SpecialFormats.VERSION, "0");
    /** Read by {@link AddressPatternReader}, which resolves names. */
    static final KnownKey<String> LOCAL_ADDRS = CONNECTION.usedList("local_addrs", ValueFormats.TEXT, "%any");
    static final KnownKey<String> REMOTE_ADDRS = CONNECTION.usedList("remote_addrs", ValueFormats.TEXT, "%any");
    static final KnownKey<Integer> LOCAL_PORT = CONNECTION.used("local_port", PORT.only("0", "500", "4500"), "0");
    static final KnownKey<Integer> REMOTE_PORT = CONNECTION.used("remote_port", PORT, "0");
    static final KnownKey<List<Proposal>> PROPOSALS =
            CONNECTION.usedList("proposals", SpecialFormats.IKE_PROPOSALS, "default");
    static final KnownKey<Boolean> ENCAP = CONNECTION.used("encap", BOOLEAN, "no");
    static final KnownKey<Boolean> MOBIKE = CONNECTION.refused("mobike", BOOLEAN, "no",
            "take it out: addresses do not move, and IKE stays on its port where there is no NAT");
    static final KnownKey<Duration> DPD_DELAY = CONNECTION.used("dpd_delay", TIME, "0s");
    static final KnownKey<Fragmentation> FRAGMENTATION =
            CONNECTION.used("fragmentation", choice(Fragmentation.class), "yes");
    static final KnownKey<Childless> CHILDLESS =
            CONNECTION.used("childless", choice(Childless.class), "allow");
    static final KnownKey<Integer> KEYINGTRIES =
            CONNECTION.used("keyingtries", SpecialFormats.KEYINGTRIES, "1");
    static final KnownKey<Unique> UNIQUE = CONNECTION.used("unique", choice(Unique.class), "no");
    static final KnownKey<Duration> REAUTH_TIME = CONNECTION.refusedWithoutDefault("reauth_time", TIME, "0s",
            "take it out and set rekey_time: IKE SAs are rekeyed, not authenticated anew");
    static final KnownKey<Duration> REKEY_TIME = CONNECTION.used("rekey_time", TIME, "");
    static final KnownKey<Duration> OVER_TIME = CONNECTION.used("over_time", TIME, "");
    static final KnownKey<Duration> RAND_TIME = CONNECTION.used("rand_time", TIME, "");
    static final KnownKey<Integer> IF_ID_IN = CONNECTION.used("if_id_in", SpecialFormats.IF_ID, "0");
    static final KnownKey<Integer> IF_ID_OUT = CONNECTION.used("if_id_out", SpecialFormats.IF_ID, "0");

    /** Our own, strongSwan has none. */
    static final KnownKey<Steering> STEERING = CONNECTION.used("steering", SpecialFormats.STEERING, "");

    static {
        CONNECTION.refused("vips", "give the address to an interface yourself");
        CONNECTION.refused("pools", "keylane gives out no addresses");
        CONNECTION.ignored("aggressive", BOOLEAN, "no", IKEV1);
        CONNECTION.ignored("pull", BOOLEAN, "yes", IKEV1);
        CONNECTION.refused("dscp", DSCP, "000000", "mark IKE by its UDP ports, with nftables for instance");
        CONNECTION.ignored("dpd_timeout", TIME, "0s", "of IKEv1 only: in IKEv2 retransmissions tell a dead peer");
        CONNECTION.ignored("send_certreq", BOOLEAN, "yes", CERTIFICATES);
        CONNECTION.ignored("send_cert", SpecialFormats.words("ifasked", "never", "always"), "ifasked", CERTIFICATES);
        CONNECTION.ignored("ocsp", SpecialFormats.words("reply", "never", "request", "both"), "reply", CERTIFICATES);
        CONNECTION.refused("ppk_id", "take it out here and at the peer");
        CONNECTION.refused("ppk_required", BOOLEAN, "no", "take it out here and at the peer");
        CONNECTION.refused("mediation", BOOLEAN, "no", MEDIATION);
        CONNECTION.refused("mediated_by", MEDIATION);
        CONNECTION.refused("mediation_peer", MEDIATION);
    }

    private static final KeyTable AUTHENTICATION = new KeyTable(KnownKey.Scope.AUTHENTICATION);

    static final KnownKey<Integer> ROUND =
            AUTHENTICATION.used("round", ValueFormats.integer(0, 0xffff).map(Long::intValue), "0");
    static final KnownKey<String> AUTH = AUTHENTICATION.used("auth", SpecialFormats.AUTH, "");
    static final KnownKey<Identification> ID = AUTHENTICATION.used("id", SpecialFormats.IDENTITY, "%any");

    static {
        for (String name : new String[] {"certs", "pubkeys", "cacerts", "ca_id"}) {
            AUTHENTICATION.refused(name, PRE_SHARED);
        }
        AUTHENTICATION.refused("revocation", SpecialFormats.words("relaxed", "ifuri", "strict"), "relaxed", PRE_SHARED);
        for (String name : new String[] {"groups", "cert_policy", "eap_id", "aaa_id", "xauth_id"}) {
            AUTHENTICATION.refused(name, PRE_SHARED);
        }
    }

    static List<KnownKey<?>> connection() {
        return CONNECTION.keys();
    }

    static List<KnownKey<?>> authentication() {
        return AUTHENTICATION.keys();
    }
}
