package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.host.HostCommand;
import dev.keylane.interop.host.HostCommand.Result;
import dev.keylane.interop.host.OnHost;
import dev.keylane.interop.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The package of this tree: the same bytes each time, good for a life on a clean Debian, with what belongs beside a program. */
@OnHost
class Packages_DebianTest {
    private static final Path PLACE = Lab.repository().resolve("interop/target/packages");
    private static final String UNIT = PLACE.resolve("tree/usr/lib/systemd/system/keylane.service").toString();
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @BeforeAll
    static void build() throws IOException {
        delete(PLACE);
        for (String name : List.of("first", "second")) {
            good(HostCommand.run(LIMIT, "packaging/build", "--only", "deb", "--output", PLACE.resolve(name).toString()));
        }
        good(HostCommand.run(LIMIT, "dpkg-deb", "-x", deb("first").toString(), PLACE.resolve("tree").toString()));
    }

    @Test
    void theSameTreeMakesTheSameBytes() throws IOException {
        assertThat(Files.mismatch(deb("first"), deb("second"))).isEqualTo(-1);
    }

    @Test
    void livesOnACleanDebian() {
        Result life = HostCommand.run(LIMIT, "interop/packages/lifecycle", deb("first").toString());
        System.out.println(life.output());
        assertThat(life.output()).endsWith("lifecycle: ok\n");
        assertThat(life.exit()).isZero();
    }

    @TestFactory
    Stream<DynamicTest> livesUnderSystemd() {
        Assumptions.assumeThat(Lab.availability()).isInstanceOf(Lab.Ready.class);
        return ServiceUnderSystemd.lives(Lab.repository().relativize(PLACE.resolve("tree")));
    }

    /** With the alias as well, which may not fight with what the unit conflicts with. */
    @Test
    void systemdTakesTheUnit() throws IOException {
        Path alias = Files.createDirectories(PLACE.resolve("tree/usr/lib/systemd/system/keylane.service.d"));
        Files.copy(share("doc/keylane/examples/strongswan-alias.conf"), alias.resolve("alias.conf"));
        Result verify = tool("systemd-analyze", "verify", "--man=no", UNIT);
        // The program is not where it is checked.
        assertThat(verify.output().lines().filter(line -> !line.endsWith("is not executable: No such file or directory"))).isEmpty();
        Result enable = tool("systemctl", "--root=" + PLACE.resolve("tree"), "enable", "keylane.service");
        assertThat(enable.output()).contains("etc/systemd/system/strongswan.service", "multi-user.target.wants/keylane.service");
    }

    @Test
    void theServiceHasFewRights() {
        good(tool("systemd-analyze", "security", "--offline=true", "--threshold=25", UNIT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"man1/keylane.1", "man5/keylane.conf.5", "man8/keylane-run.8"})
    void manPagesAreWellFormed(String page) {
        String file = share("man/" + page + ".gz").toString();
        good(tool("sh", "-c", "zcat " + file + " | mandoc -T lint -W warning"));
        assertThat(page(page)).contains("NAME", "DESCRIPTION", "SEE ALSO");
    }

    @Test
    void manPagesTellEveryCommandAndKey() {
        assertThat(page("man1/keylane.1")).contains("keylane list-sas", "keylane steer plan", "keylane doctor", "--config")
                .doesNotContain("keylane manual");
        assertThat(page("man8/keylane-run.8")).contains("--kernel", "auto|xfrm|software", "CAP_BPF");
        assertThat(page("man5/keylane.conf.5")).contains("per_cpu_sas", "hw_offload", "steering_directory");
    }

    @Test
    void bashCompletes() {
        String source = "source /usr/share/bash-completion/bash_completion; source " + share("bash-completion/completions/keylane");
        Result commands = tool("bash", "-c", source + "; COMP_WORDS=(keylane li); COMP_CWORD=1; COMP_LINE='keylane li'; COMP_POINT=10; "
                + "_complete_keylane; printf '%s\\n' \"${COMPREPLY[@]}\"");
        assertThat(commands.output().lines()).contains("list-sas", "list-conns");
        Result options = tool("bash", "-c", source + "; COMP_WORDS=(keylane run --k); COMP_CWORD=2; COMP_LINE='keylane run --k'; "
                + "COMP_POINT=15; _complete_keylane; printf '%s\\n' \"${COMPREPLY[@]}\"");
        assertThat(options.output().lines()).contains("--kernel");
    }

    /** A terminal of zsh's own shows what it completes. */
    @Test
    void zshCompletes() {
        String directory = share("zsh/vendor-completions").toString();
        Result shown = tool("zsh", "-fc", """
                zmodload zsh/zpty
                zpty shell "TERM=dumb zsh -f -i"
                zpty -w shell "PS1=; fpath=(%s \\$fpath); autoload -U compinit; compinit -u -D; unsetopt zle_bracketed_paste; echo ready-\\$((6*7))"
                for i in {1..100}; do zpty -rt shell out; [[ $out == *ready-42* ]] && break; sleep 0.1; done
                zpty -wn shell $'keylane li\\t\\t'
                for i in {1..50}; do while zpty -rt shell out; do print -rn -- $out; done; sleep 0.1; done
                """.formatted(directory));
        assertThat(shown.output()).contains("list-sas", "list-conns", "Show IKE SAs and their Child SAs");
    }

    private static String page(String name) {
        return tool("sh", "-c", "zcat " + share("man/" + name + ".gz") + " | mandoc -T ascii").output().replaceAll(".\b", "");
    }

    private static Path share(String name) {
        return PLACE.resolve("tree/usr/share").resolve(name);
    }

    private static Path deb(String name) {
        try (Stream<Path> files = Files.list(PLACE.resolve(name))) {
            return files.filter(file -> file.toString().endsWith(".deb")).findFirst().orElseThrow();
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    private static Result tool(String... command) {
        List<String> whole = Stream.concat(Stream.of("interop/tools/run", "--bind", PLACE.toString()), Stream.of(command)).toList();
        return HostCommand.run(LIMIT, whole.toArray(String[]::new));
    }

    private static void good(Result result) {
        assertThat(result.exit()).as("%s", result.output()).isZero();
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> tree = Files.walk(directory)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
