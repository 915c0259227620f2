package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot come true in hardware is said when a configuration is read, not when a packet is lost. */
class OffloadNotesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            interface = nowhere0                                                   | interface: there is no device nowhere0 now
            interface = lo; hw_offload = packet                                    | hw_offload: lo has no esp-hw-offload: neither SAs nor traps will come up
            interface = lo; hw_offload = crypto                                    | hw_offload: lo has no esp-hw-offload: Linux does it in software
            interface = lo; hw_offload = auto                                      | hw_offload: lo has no esp-hw-offload: it will be done in software
            hw_offload = packet; replay_window = 4096                              | replay_window: 4096 is more than NICs have with hw_offload = packet: 32, 64, 128 or 256
            hw_offload = packet; esp_proposals = aes128-sha256,aes128gcm16-esn     | esp_proposals: aes128-sha256 is left out: with hw_offload = packet there is AES-GCM with 128 or 256 bits and an ICV of 16 octets
            hw_offload = packet; esp_proposals = aes128gcm16                       | esp_proposals: mlx5 keeps a replay window with extended sequence numbers alone: without esn it takes packets twice
            hw_offload = packet; per_cpu_sas = yes; lanes = 8; local_ts = dynamic[udp/4789]; start_action = trap | lanes: flows cannot be told by their source port where local_ts names it: there will be one SA
            hw_offload = packet; per_cpu_sas = yes; local_ts = dynamic[udp/4789]; start_action = trap | per_cpu_sas: there will be one SA: NICs with hw_offload = packet tell SAs by flows, and local_ts names the source port of all of them
            hw_offload = auto; mark_in = 1; mark_out = 1                           | mark_out: NICs do not look at it in packet offload: all that local_ts and remote_ts mean is encrypted
            hw_offload = packet; esp_proposals = aes128gcm16-esn; if_id_out = 7    | if_id_out: NICs do not look at it in packet offload: all that local_ts and remote_ts mean is encrypted
            hw_offload = auto; local_ts = 10.1.0.0/16; } more { hw_offload = packet; esp_proposals = aes128gcm16-esn; local_ts = 10.9.0.0/16 | hw_offload: fragments of IPv4 that are forwarded leave in the clear in packet offload: nft add rule inet filter forward oifname DEV 'ip frag-off & 0x3fff != 0' drop, or hw_offload = crypto
            interface = lo; hw_offload = packet; local_ts = 10.1.0.0/16            | hw_offload: lo has no esp-hw-offload: neither SAs nor traps will come up
            hw_offload = auto; copy_ecn = no                                       | copy_ecn: NICs do not do this in packet offload
            hw_offload = auto; } lan { mode = pass; start_action = trap            | hw_offload: a device that has the policies of net encrypts these packets none the less: interface = its name and hw_offload = packet put this one there, too
            mode = transport; hw_offload = auto; } soft { mode = transport; local_ts = dynamic[udp/7001] | hw_offload: a device that has the policies of net encrypts the ESP of this one once more: hw_offload = packet puts it there, too
            """)
    void itIsSaid(String lines, String note) {
        assertThat(notes(lines)).singleElement().asString().endsWith(": " + note).startsWith("t.conf:");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            interface = lo
            hw_offload = packet; replay_window = 256
            hw_offload = packet; replay_window = 0; esp_proposals = aes128gcm16
            hw_offload = packet; esp_proposals = aes128gcm16,aes256gcm16-esn-noesn
            hw_offload = auto; esp_proposals = aes128gcm16-noesn
            hw_offload = packet; per_cpu_sas = yes; lanes = 0x8; start_action = trap
            hw_offload = auto; replay_window = 4096; esp_proposals = aes128-sha256
            hw_offload = crypto; mark_out = 1; copy_ecn = no; } lan { mode = pass; start_action = trap
            hw_offload = auto; remote_ts = 10.2.0.0/16; } lan { mode = pass; remote_ts = 10.3.0.0/16; start_action = trap
            hw_offload = auto; } lan { mode = pass; interface = lo; hw_offload = packet; start_action = trap
            hw_offload = auto; } lan { mode = drop; start_action = trap
            hw_offload = crypto; local_ts = 10.1.0.0/16
            hw_offload = auto; local_ts = 10.1.0.0/16
            hw_offload = auto; local_ts = 10.1.0.1,fd00::/64
            hw_offload = auto; remote_ts = 10.2.0.0/16; } part { remote_ts = 10.2.128.0/17
            """)
    void whatMayBeIsNot(String lines) {
        assertThat(notes(lines)).isEmpty();
    }

    /** A driver that does not say what the device can is taken for one that can. */
    @Test
    void fragmentsAreSpokenOfOnceWhereADeviceMayTakeTheRest() {
        String text = SampleConfig.child("hw_offload = auto\ninterface = lo\nlocal_ts = 10.1.0.0/16\n} more {\nhw_offload = auto\n"
                + "interface = lo\nlocal_ts = 10.2.0.0/16");
        Connection connection = SampleConfig.load(text).book().connections().getFirst();
        Section section = SettingsReader.parse(text, SampleConfig.FILE).root().section("connections").orElseThrow()
                .section("c").orElseThrow();
        List<ConfigNote> notes = new ArrayList<>();
        OffloadNotes offload = new OffloadNotes((device, command) -> -1, notes);
        offload.on(connection, section);
        offload.onAll();
        assertThat(notes).singleElement().asString().contains("fragments of IPv4 that are forwarded leave in the clear");
    }

    @Test
    void paddingIsAMistake() {
        assertThat(SampleConfig.mistakes(SampleConfig.child("hw_offload = packet\ntfc_padding = 100"))).containsExactly(
                "t.conf:8: tfc_padding: packets cannot be padded in hardware, which hw_offload asks for");
        assertThat(SampleConfig.mistakes(SampleConfig.child("hw_offload = auto\ntfc_padding = 100"))).isEmpty();
    }

    private static List<String> notes(String lines) {
        Loaded loaded = SampleConfig.load(SampleConfig.child(lines.replace("; ", "\n")));
        assertThat(loaded.mistakes()).isEmpty();
        return loaded.notes().stream().map(ConfigNote::toString).toList();
    }
}
