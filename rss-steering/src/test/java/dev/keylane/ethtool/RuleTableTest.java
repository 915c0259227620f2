package dev.keylane.ethtool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleTableTest {
    private static final FlowRule V4 = new FlowRule(IpAddress.of("192.0.2.1"), 0x12345678, 7, FlowRule.ANYWHERE);
    private static final FlowRule V6 = new FlowRule(IpAddress.of("2001:db8::1"), 0xfffffffe, 3, 41);
    private final FakeDevice device = new FakeDevice("eth0", "iavf");
    private final RuleTable table = new RuleTable(device, "eth0");

    @Test
    void octetsAreThoseOfTheTable() throws IOException {
        assertThat(ours()).isEqualTo(parse(resource("rules.txt")));
    }

    @Test
    void octetsAreThoseOfTheHeaders(@TempDir Path scratch) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/include/linux/ethtool.h")), "no kernel headers here");
        Path source = Files.writeString(scratch.resolve("rules.c"), resource("rules.c"));
        Path program = scratch.resolve("rules");
        try {
            run("cc", "-o", program.toString(), source.toString());
        } catch (IOException none) {
            Assumptions.abort("no C compiler here: " + none.getMessage());
        }
        assertThat(ours()).isEqualTo(parse(run(program.toString())));
    }

    /** What goes to the kernel, by the name of the case. */
    private static Map<String, String> ours() {
        List<String> sent = new ArrayList<>();
        Ethtool listener = (_, command) -> {
            if (command[0] == 0x2e) {
                command[11] = (byte) 0x80;
            } else {
                sent.add(HexFormat.of().formatHex(command));
            }
            return 0;
        };
        new RuleTable(listener, "eth0").insert(V4);
        Ethtool placing = (_, command) -> {
            if (command[0] == 0x2e) {
                command[8] = 42;
                return 0;
            }
            return listener.call("", command);
        };
        new RuleTable(placing, "eth0").insert(V6);
        new RuleTable(placing, "eth0").delete(41);
        assertThat(sent).hasSize(4);
        return Map.of("insert4", sent.get(0), "insert6", sent.get(2), "delete", sent.get(3));
    }

    private static Map<String, String> parse(String text) {
        return text.lines().filter(line -> !line.startsWith("#")).map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = RuleTableTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void aDriverThatFindsPlacesIsLeftToIt() {
        device.places = 4;
        device.placesOwn = true;
        assertThat(table.insert(V4)).isEqualTo(new Answer.Is<>(V4.at(0)));
        assertThat(table.at(0)).isEqualTo(new Answer.Is<>(Optional.of(V4.at(0))));
        assertThat(table.extent()).isEqualTo(new Answer.Is<>(new RuleTable.Extent(1, 4, true)));
    }

    @Test
    void otherwiseTheLastFreePlaceIsTaken() {
        device.places = 2;
        assertThat(table.insert(V4)).isEqualTo(new Answer.Is<>(V4.at(1)));
        assertThat(table.insert(V6)).isEqualTo(new Answer.Is<>(V6.at(0)));
        assertThat(table.insert(V6)).isEqualTo(new Answer.Refused<>("ETHTOOL_SRXCLSRLINS", Errno.ENOSPC));
        assertThat(table.like()).isEqualTo(new Answer.Is<>(List.of(V6.at(0), V4.at(1))));
        assertThat(table.delete(1)).isEqualTo(new Answer.Is<>(1));
        assertThat(table.delete(1)).isEqualTo(new Answer.Refused<>("ETHTOOL_SRXCLSRLDEL", Errno.ENOENT));
    }

    @Test
    void rulesAboutSomethingElseAreNotLikeOurs() {
        device.places = 8;
        table.insert(V4);
        byte[] rule = device.rules.get(7);
        rule[76 + 12] = (byte) 0xff;
        assertThat(table.at(7)).as("type of service too").isEqualTo(new Answer.Is<>(Optional.empty()));
        rule[76 + 12] = 0;
        rule[76 + 8] = 0x0f;
        assertThat(table.at(7)).as("a part of the SPI").isEqualTo(new Answer.Is<>(Optional.empty()));
        rule[76 + 8] = (byte) 0xff;
        assertThat(table.at(7)).isEqualTo(new Answer.Is<>(Optional.of(V4.at(7))));
        rule[3] = (byte) 0x80;
        assertThat(table.at(7)).as("a VLAN too").isEqualTo(new Answer.Is<>(Optional.empty()));
        rule[3] = 0;
        rule[0] = 2;
        assertThat(table.like()).as("UDP").isEqualTo(new Answer.Is<>(List.of()));
    }
}
