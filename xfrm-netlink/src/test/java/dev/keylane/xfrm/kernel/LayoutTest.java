package dev.keylane.xfrm.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.netlink.NetlinkHeader;
import dev.keylane.netlink.NetlinkInside;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our layouts against a table, and against what a C compiler makes of the kernel's own headers. */
class LayoutTest {
    private static final Map<String, StructLayout> LAYOUTS = Map.ofEntries(
            Map.entry("nlmsghdr", NetlinkHeader.LAYOUT), Map.entry("xfrm_id", XfrmId.LAYOUT),
            Map.entry("xfrm_selector", XfrmSelector.LAYOUT), Map.entry("xfrm_lifetime_cfg", LifetimeCfg.LAYOUT),
            Map.entry("xfrm_lifetime_cur", LifetimeCur.LAYOUT), Map.entry("xfrm_stats", XfrmStats.LAYOUT),
            Map.entry("xfrm_usersa_info", UserSaInfo.LAYOUT), Map.entry("xfrm_usersa_id", UserSaId.LAYOUT),
            Map.entry("xfrm_userspi_info", UserSpiInfo.LAYOUT),
            Map.entry("xfrm_userpolicy_info", UserPolicyInfo.LAYOUT),
            Map.entry("xfrm_userpolicy_id", UserPolicyId.LAYOUT), Map.entry("xfrm_user_tmpl", UserTmpl.LAYOUT),
            Map.entry("xfrm_user_acquire", UserAcquire.LAYOUT), Map.entry("xfrm_user_expire", UserExpire.LAYOUT),
            Map.entry("xfrm_user_mapping", UserMapping.LAYOUT), Map.entry("xfrm_algo", Algo.CRYPT),
            Map.entry("xfrm_algo_auth", Algo.AUTH), Map.entry("xfrm_algo_aead", Algo.AEAD),
            Map.entry("xfrm_replay_state_esn", ReplayStateEsn.LAYOUT),
            Map.entry("xfrm_encap_tmpl", EncapTmpl.LAYOUT), Map.entry("xfrm_user_offload", UserOffload.LAYOUT),
            Map.entry("xfrm_mark", XfrmMark.LAYOUT), Map.entry("sockaddr_nl", NetlinkInside.SOCKADDR));

    @Test
    void layoutsAreThoseOfTheTable() {
        assertThat(ours()).isEqualTo(table(resource("layouts.txt")));
    }

    @Test
    void layoutsAreThoseOfTheHeaders(@TempDir Path scratch) throws IOException, InterruptedException {
        assertThat(ours()).isEqualTo(compiled(scratch).structs());
    }

    @Test
    void numbersAreThoseOfTheHeaders(@TempDir Path scratch) throws IOException, InterruptedException {
        Map<String, Long> numbers = compiled(scratch).numbers();
        assertThat(numbers).isNotEmpty();
        numbers.forEach((name, number) -> assertThat(Numbers.BY_NAME.get(name)).as(name).isEqualTo(number.intValue()));
        assertThat(numbers.keySet()).isEqualTo(Numbers.BY_NAME.keySet());
    }

    /** "struct" to its size, "struct.member" to offset and size. */
    private static Map<String, String> ours() {
        Map<String, String> lines = new TreeMap<>();
        LAYOUTS.forEach((name, layout) -> {
            lines.put(name, Long.toString(layout.byteSize()));
            for (MemoryLayout member : layout.memberLayouts()) {
                if (!(member instanceof PaddingLayout)) {
                    String memberName = member.name().orElseThrow();
                    long offset = layout.byteOffset(PathElement.groupElement(memberName));
                    lines.put(name + "." + memberName, offset + " " + member.byteSize());
                }
            }
        });
        return lines;
    }

    private static Map<String, String> table(String text) {
        Map<String, String> lines = new TreeMap<>();
        text.lines().filter(line -> !line.startsWith("#")).map(line -> line.split(" ")).forEach(words -> {
            lines.put(words[0], words[1]);
            for (String member : List.of(words).subList(2, words.length)) {
                String[] parts = member.split("[@:]");
                lines.put(words[0] + "." + parts[0], parts[1] + " " + parts[2]);
            }
        });
        return lines;
    }

    private record Compiled(Map<String, String> structs, Map<String, Long> numbers) {
    }

    private static Compiled compiled(Path scratch) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/include/linux/xfrm.h")), "no kernel headers here");
        Path source = Files.writeString(scratch.resolve("layouts.c"), resource("layouts.c"));
        Path program = scratch.resolve("layouts");
        String said;
        try {
            said = run("cc", "-o", program.toString(), source.toString());
        } catch (IOException none) {
            Assumptions.abort("no C compiler here: " + none.getMessage());
            throw none;
        }
        assertThat(program).as(said).exists();
        Map<String, String> structs = new TreeMap<>();
        Map<String, Long> numbers = new TreeMap<>();
        run(program.toString()).lines().map(line -> line.split(" ", 2)).forEach(words -> {
            if (Character.isUpperCase(words[0].charAt(0))) {
                numbers.put(words[0], Long.parseLong(words[1]));
            } else {
                structs.put(words[0], words[1]);
            }
        });
        return new Compiled(structs, numbers);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    private static String resource(String name) {
        try (InputStream in = LayoutTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
