package dev.keylane.daemon.config;

import static dev.keylane.daemon.config.ValueFormats.BOOLEAN;
import static dev.keylane.daemon.config.ValueFormats.OCTETS;
import static dev.keylane.daemon.config.ValueFormats.TIME;
import static dev.keylane.daemon.config.ValueFormats.choice;
import static dev.keylane.daemon.config.ValueFormats.integer;

import dev.keylane.ike.policy.ChildActions.OnLoss;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Mark;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.pcpu.CpuSet;
import java.time.Duration;
import java.util.List;

/** Keys of a child. */
final class ChildKeys {
    private ChildKeys() {
    }

    private static final String LABELS = "take it out: policies have no security labels";
    private static final KeyTable CHILD = new KeyTable(KnownKey.Scope.CHILD);
    private static final ValueFormat<Long> PACKETS = integer(0, 999_999_999_999_999_999L);

    static final KnownKey<List<Proposal>> ESP_PROPOSALS =
            CHILD.usedList("esp_proposals", SpecialFormats.ESP_PROPOSALS, "default");
    static final KnownKey<TsPattern> LOCAL_TS = CHILD.usedList("local_ts", SelectorFormat.SELECTOR, "dynamic");
    static final KnownKey<TsPattern> REMOTE_TS = CHILD.usedList("remote_ts", SelectorFormat.SELECTOR, "dynamic");
    static final KnownKey<Mode> MODE = CHILD.used("mode", SpecialFormats.MODE, "tunnel");

    static final KnownKey<Duration> REKEY_TIME = CHILD.used("rekey_time", TIME, "");
    static final KnownKey<Duration> LIFE_TIME = CHILD.used("life_time", TIME, "");
    static final KnownKey<Duration> RAND_TIME = CHILD.used("rand_time", TIME, "");
    static final KnownKey<Long> REKEY_BYTES = CHILD.used("rekey_bytes", OCTETS, "");
    static final KnownKey<Long> LIFE_BYTES = CHILD.used("life_bytes", OCTETS, "");
    static final KnownKey<Long> RAND_BYTES = CHILD.used("rand_bytes", OCTETS, "");
    static final KnownKey<Long> REKEY_PACKETS = CHILD.used("rekey_packets", PACKETS, "");
    static final KnownKey<Long> LIFE_PACKETS = CHILD.used("life_packets", PACKETS, "");
    static final KnownKey<Long> RAND_PACKETS = CHILD.used("rand_packets", PACKETS, "");

    static final KnownKey<String> UPDOWN = CHILD.used("updown", SpecialFormats.COMMAND, "");
    static final KnownKey<Boolean> HOSTACCESS = CHILD.used("hostaccess", BOOLEAN, "no");
    static final KnownKey<StartAction> START_ACTION = CHILD.used("start_action", StartAction.FORMAT, "none");
    static final KnownKey<OnLoss> DPD_ACTION = CHILD.used("dpd_action", SpecialFormats.ON_LOSS, "clear");
    static final KnownKey<OnLoss> CLOSE_ACTION = CHILD.used("close_action", SpecialFormats.ON_LOSS, "none");

    static final KnownKey<Boolean> POLICIES = CHILD.used("policies", BOOLEAN, "yes");
    static final KnownKey<Boolean> POLICIES_FWD_OUT = CHILD.used("policies_fwd_out", BOOLEAN, "no");
    static final KnownKey<Integer> REQID =
            CHILD.used("reqid", integer(0, Integer.MAX_VALUE).map(Long::intValue), "0");
    static final KnownKey<Long> PRIORITY = CHILD.used("priority", integer(0, 0xffff_ffffL), "0");
    static final KnownKey<String> INTERFACE = CHILD.used("interface", SpecialFormats.INTERFACE, "");
    static final KnownKey<Mark> MARK_IN = CHILD.used("mark_in", SpecialFormats.MARK, "0/0x00000000");
    static final KnownKey<Boolean> MARK_IN_SA = CHILD.used("mark_in_sa", BOOLEAN, "no");
    static final KnownKey<Mark> MARK_OUT = CHILD.used("mark_out", SpecialFormats.MARK, "0/0x00000000");
    static final KnownKey<Mark> SET_MARK_IN = CHILD.used("set_mark_in", SpecialFormats.MARK, "0/0x00000000");
    static final KnownKey<Mark> SET_MARK_OUT = CHILD.used("set_mark_out", SpecialFormats.MARK, "0/0x00000000");
    static final KnownKey<Integer> IF_ID_IN = CHILD.used("if_id_in", SpecialFormats.IF_ID, "");
    static final KnownKey<Integer> IF_ID_OUT = CHILD.used("if_id_out", SpecialFormats.IF_ID, "");
    static final KnownKey<Integer> TFC_PADDING = CHILD.used("tfc_padding", SpecialFormats.TFC_PADDING, "0");
    static final KnownKey<Integer> REPLAY_WINDOW =
            CHILD.used("replay_window", SpecialFormats.REPLAY_WINDOW, "");
    static final KnownKey<PerCpu> PER_CPU_SAS = CHILD.used("per_cpu_sas", SpecialFormats.PER_CPU, "no");
    static final KnownKey<PerCpuMode> PER_CPU_MODE = CHILD.used("per_cpu_mode", choice(PerCpuMode.class), "demand");
    static final KnownKey<PerCpuOptions.Cpus> PER_CPU_CPUS =
            CHILD.used("per_cpu_cpus", PerCpuReader.cpus(PerCpuReader.possible()), "auto");
    static final KnownKey<Integer> PER_CPU_MAX =
            CHILD.used("per_cpu_max", integer(1, CpuSet.LARGEST + 1).map(Long::intValue), "");
    static final KnownKey<Integer> LANES = CHILD.used("lanes", PerCpuReader.LANES, "auto");
    static final KnownKey<HwOffload> HW_OFFLOAD = CHILD.used("hw_offload", SpecialFormats.HW_OFFLOAD, "no");
    static final KnownKey<Boolean> COPY_DF = CHILD.used("copy_df", BOOLEAN, "yes");
    static final KnownKey<Boolean> COPY_ECN = CHILD.used("copy_ecn", BOOLEAN, "yes");
    static final KnownKey<CopyDscp> COPY_DSCP = CHILD.used("copy_dscp", choice(CopyDscp.class), "out");
    static final KnownKey<Boolean> ICMP = CHILD.used("icmp", BOOLEAN, "no");

    static {
        CHILD.refused("ah_proposals", "set esp_proposals instead, here and at the peer");
        CHILD.refused("sha256_96", BOOLEAN, "no", "take AES-GCM, or SHA-256 with 128 bits, at both ends");
        CHILD.refused("ipcomp", BOOLEAN, "no", "take it out here and at the peer");
        CHILD.refused("inactivity", TIME, "0s", "take it out: an idle child stays");
        CHILD.refused("label", LABELS);
        CHILD.ignored("label_mode", SpecialFormats.words("system", "simple", "selinux"), "system", "without label it says nothing");
    }

    static List<KnownKey<?>> child() {
        return CHILD.keys();
    }
}
