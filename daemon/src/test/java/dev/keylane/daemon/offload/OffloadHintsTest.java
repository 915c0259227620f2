package dev.keylane.daemon.offload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OffloadHintsTest {
    /** The words are those of net/xfrm/xfrm_device.c and of mlx5. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NEWSA: EBUSY (16)                                                                                  | other_config:hw-offload=false
            NEWSA: EBUSY (16): Device failed to offload this state                                             | other_config:hw-offload=false
            NEWPOLICY: EBUSY (16): mlx5_core: Device failed to offload this policy                             | ipsec_packet disable
            NEWSA: EINVAL (22): mlx5_core: Packet offload tunnel mode is disabled due to encap settings        | devlink dev eswitch set pci/ADDRESS encap-mode none
            NEWSA: EINVAL (22): Type doesn't support offload                                                   | modprobe -a esp4_offload esp6_offload
            NEWSA: EINVAL (22): mlx5_core: Packet offload is not supported                                     | flow_steering_mode value dmfs
            NEWPOLICY: EOPNOTSUPP (95): mlx5_core: Device doesn't support IPsec packet offload                 | ipsec_packet enable
            NEWSA: EINVAL (22): mlx5_core: Packet offload is not supported for tunnel mode                     | mode = transport
            NEWPOLICY: EINVAL (22): Policy offload is not supported                                            | hw_offload = crypto
            NEWSA: EINVAL (22): mlx5_core: Encapsulation is supported in transport mode only                   | encap = no
            NEWSA: EINVAL (22): mlx5_core: Cannot offload ESN xfrm states                                      | noesn
            NEWSA: EINVAL (22): Device doesn't support offload with ESN                                        | noesn
            NEWSA: EINVAL (22): mlx5_core: Unsupported replay window size                                      | replay_window = 32, 64, 128 or 256
            NEWSA: EINVAL (22): mlx5_core: Only AES-GCM-ICV16 xfrm state may be offloaded                      | aes128gcm16
            NEWSA: EINVAL (22): mlx5_core: Cannot offload authenticated xfrm states                            | aes128gcm16
            NEWPOLICY: EINVAL (22): mlx5_core: Device does not support upper protocol other than TCP/UDP       | local_ts
            NEWPOLICY: EINVAL (22): mlx5_core: Device does not support policy priority                         | flow_steering_mode
            NEWSA: EINVAL (22): mlx5_core: Soft/hard byte limits can't be 0                                    | life_bytes
            NEWSA: EINVAL (22): mlx5_core: Hard packet limit must be greater than soft one                     | rekey_packets below life_packets
            NEWPOLICY: EINVAL (22): mlx5_core: Unsupported policy with reqid 0 without at least one of upper protocol or ip addr(s) different than 0 | local_ts
            NEWSA: EINVAL (22): TFC padding can't be offloaded                                                 | tfc_padding = 0
            NEWSA: EINVAL (22): XFRM if_id is not supported in RX path                                         | if_id_in
            NEWSA: ENOSPC (28): lanenic: Device failed to offload this state                                   | fewer SAs
            NEWSA: EINVAL (22)                                                                                 | hw_offload = no
            """)
    void everyRefusalHasItsKnob(String words, String command) {
        assertThat(OffloadHints.of(words, "eth0")).hasValueSatisfying(hint -> {
            assertThat(hint.command()).contains(command);
            assertThat(hint.toString()).isEqualTo(hint.reason() + ": " + hint.command()).doesNotContain("DEV");
        });
    }

    @Test
    void whatSaysAllByItselfHasNone() {
        assertThat(OffloadHints.of("NEWSA: EEXIST (17)", "eth0")).isEmpty();
        assertThat(OffloadHints.of("NEWSA: EINVAL (22): SA_PCPU only supported with SA_DIR", "eth0")).isEmpty();
    }

    @Test
    void theDeviceIsNamed() {
        assertThat(OffloadHints.of("NEWSA: EINVAL (22)", "eth7")).hasValue(
                new OffloadHint("eth7 offers no packet offload", "hw_offload = no, or auto"));
    }
}
