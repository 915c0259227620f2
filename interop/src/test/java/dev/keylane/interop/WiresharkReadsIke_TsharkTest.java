package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Lab;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** With the file of {@code log_keys_for_wireshark} tshark reads the IKE messages of a capture, and without it none. */
@InLab
class WiresharkReadsIke_TsharkTest {
    private static final Tunnel TUNNEL = Tunnel.plain("net");

    @TestFactory
    Stream<DynamicTest> withTheKeys() {
        Evidence evidence = Scenario.named("wireshark-reads-ike").within(Duration.ofSeconds(180))
                .file("left.conf", SwanctlConf.left(TUNNEL).text() + KEYS).file("right.conf", SwanctlConf.right(TUNNEL).text())
                .run(SCRIPT);
        Path table = evidence.directory().resolve("ikev2_decryption_table");
        return Stream.of(
                DynamicTest.dynamicTest("script", evidence::completed),
                DynamicTest.dynamicTest("table", () -> {
                    assertThat(evidence.text("ikev2_decryption_table")).as("%s", evidence).hasLineCount(2);
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(table))).isEqualTo("rw-------");
                    assertThat(evidence.log("left")).contains("keys of IKE_SAs are written to /out/ikev2_decryption_table");
                }),
                DynamicTest.dynamicTest("tshark", () -> {
                    Assumptions.assumeTrue(run(evidence.directory().resolve("tools.txt"), "true") == 0,
                            "tools: interop/tools/build makes them");
                    Path settings = Files.createDirectories(evidence.directory().resolve("wireshark"));
                    assertThat(tshark(evidence.directory(), settings)).as("without keys. %s", evidence)
                            .contains("Payload: Encrypted and Authenticated").doesNotContain("Decrypted Data");
                    Files.copy(table, settings.resolve("ikev2_decryption_table"), StandardCopyOption.REPLACE_EXISTING);
                    String read = tshark(evidence.directory(), settings);
                    assertThat(read).as("with keys. %s", evidence).contains("Payload: Identification - Initiator",
                            "Payload: Authentication", "Payload: Traffic Selector - Initiator", "REKEY_SA", "Payload: Delete");
                    assertThat(read.split("Decrypted Data")).hasSameSizeAs(read.split(" Payload: Encrypted and Authenticated"));
                }));
    }

    private static String tshark(Path directory, Path settings) throws IOException, InterruptedException {
        Path out = directory.resolve("tshark.txt");
        int exit = run(out, "--bind", directory.toString(), "env", "WIRESHARK_CONFIG_DIR=" + settings, "tshark", "-r",
                directory.resolve("wire.pcap").toString(), "-Y", "isakmp", "-V");
        assertThat(exit).as("%s", Files.readString(out)).isZero();
        return Files.readString(out);
    }

    private static int run(Path out, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(Lab.repository().resolve("interop/tools/run").toString()));
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static final String KEYS = "keylane { log_keys_for_wireshark = /out/ikev2_decryption_table\n}\n";

    private static final String SCRIPT = """
            start_keylane left /out/left.conf
            start_charon right /out/right.conf
            vici left --load-all --file /out/left.conf >load 2>&1
            vici left --initiate --child net >initiate
            vici left --rekey --child net >rekey-child
            vici left --rekey --ike net >rekey-ike
            two_keys() { [ "$(wc -l <ikev2_decryption_table)" = 2 ]; }
            wait_until 10 two_keys
            sleep 1
            vici left --terminate --ike net >terminate
            """;
}
