package dev.keylane.daemon.offload;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an operator can do about a refusal of offload. The kernel's words are those of net/xfrm/xfrm_device.c and of
 * mlx5_core (en_accel/ipsec.c), whatever driver says them.
 */
public final class OffloadHints {
    private record Entry(Pattern words, String reason, String command) {
        Entry(String words, String reason, String command) {
            this(Pattern.compile(words), reason, command);
        }
    }

    private OffloadHints() {
    }

    /**
     * @param words what the kernel said, such as {@code NEWSA: EBUSY (16)} or {@code NEWSA: EINVAL (22): TFC padding can't
     *              be offloaded}
     * @return empty for a refusal that says all by itself
     */
    public static Optional<OffloadHint> of(String words, String device) {
        return TABLE.stream().filter(entry -> entry.words().matcher(words).find()).findFirst()
                .map(entry -> new OffloadHint(entry.reason().replace("DEV", device), entry.command().replace("DEV", device)));
    }

    /** The order that NVIDIA's switches want: tables for IPsec are made before those for TC, or not at all. */
    public static final OffloadHint IPSEC_FIRST = new OffloadHint(
            "the card's switch holds TC rules or the IPsec of a VF, and takes IPsec only before those",
            "ovs-vsctl set Open_vSwitch . other_config:hw-offload=false, or start keylane before OVS; and for VFs:"
                    + " devlink port function set pci/ADDRESS/PORT ipsec_packet disable ipsec_crypto disable");

    private static final List<Entry> TABLE = List.of(
            new Entry("EBUSY", IPSEC_FIRST.reason(), IPSEC_FIRST.command()),
            new Entry("disabled due to encap settings", "the card's switch encapsulates packets itself",
                    "devlink dev eswitch set pci/ADDRESS encap-mode none"),
            new Entry("Type doesn't support offload", "the kernel's modules for offload of ESP are not there",
                    "modprobe -a esp4_offload esp6_offload"),
            new Entry("Device doesn't support IPsec packet offload|Packet offload is not supported$",
                    "DEV takes no packet offload as it is set",
                    "devlink dev param set pci/ADDRESS name flow_steering_mode value dmfs cmode runtime; for a VF, on its"
                            + " host: devlink port function set pci/ADDRESS/PORT ipsec_packet enable"),
            new Entry("Crypto offload is not supported", "DEV has no crypto offload", "hw_offload = packet, or auto"),
            new Entry("Policy offload is not supported|Unsupported ipsec offload type", "DEV has no packet offload", "hw_offload = crypto, or auto"),
            new Entry("not supported for tunnel mode", "DEV has packet offload in transport mode only",
                    "mode = transport, or hw_offload = auto"),
            new Entry("Encapsulation is supported in transport mode only|Encapsulation is not supported"
                    + "|Encapsulation is supported in packet", "DEV has no such ESP in UDP",
                    "encap = no and no NAT on the way, or hw_offload = auto"),
            new Entry("offload with ESN|Cannot offload ESN", "DEV counts in 32 bits only",
                    "esp_proposals = aes128gcm16-noesn"),
            new Entry("Unsupported replay window size", "DEV has other sizes of replay windows",
                    "replay_window = 32, 64, 128 or 256"),
            new Entry("Only AES-GCM|Cannot offload authenticated|without aead|AEAD ICV length|AEAD key length",
                    "DEV does AES-GCM with 16 octets of ICV only", "esp_proposals = aes128gcm16, or aes256gcm16"),
            new Entry("upper protocol other than TCP/UDP", "DEV tells TCP and UDP apart, and nothing else",
                    "local_ts and remote_ts without a protocol, or with tcp or udp"),
            new Entry("TFC padding|tfc padding", "packets cannot be padded in hardware", "tfc_padding = 0"),
            new Entry("if_id is not supported", "states with interface ids are received in software only", "no if_id_in"),
            new Entry("byte limits can't be", "DEV cannot count octets", "no life_bytes and no rekey_bytes"),
            new Entry("limit must be greater", "DEV takes limits only if the one for rekeying comes first",
                    "rekey_bytes below life_bytes, and rekey_packets below life_packets"),
            new Entry("without at least one of upper protocol", "DEV has no policies that mean everything",
                    "addresses or a protocol in local_ts and remote_ts"),
            new Entry("support policy priority|support requested policy priority",
                    "DEV knows no order of policies", "devlink dev param set pci/ADDRESS name flow_steering_mode value dmfs"
                            + " cmode runtime, or hw_offload = auto"),
            new Entry("ENOSPC|No space for SA", "DEV has no room for more", "hw_offload = auto, or fewer SAs"),
            new Entry("single duplicate rule", "DEV takes no third SA for the same packets", "per_cpu_sas = no, or lanes"),
            new Entry("(NEWSA|NEWPOLICY|UPDPOLICY): EINVAL \\(22\\)$", "DEV offers no packet offload",
                    "hw_offload = no, or auto"));
}
