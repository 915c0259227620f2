package dev.keylane.cli.manual;

import dev.keylane.cli.manual.CommandPage.Prose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;

/**
 * All that is installed below {@code /usr/share}.
 *
 * @param root          the command line
 * @param configuration docs/configuration.md
 * @param date          the pages', as they print it
 */
public record Manual(CommandSpec root, Path configuration, String date, String version) {
    /** Writes each file to its place. */
    public void write(Path share) throws IOException {
        put(share.resolve("man/man1/keylane.1"), CommandPage.ofAll(root, PROGRAM, date, version));
        put(share.resolve("man/man8/keylane-run.8"),
                CommandPage.of(root.subcommands().get("run").getCommandSpec(), "keylane-run", 8, DAEMON, date, version));
        put(share.resolve("man/man5/keylane.conf.5"), configurationPage());
        put(share.resolve("bash-completion/completions/keylane"), bash());
        put(share.resolve("zsh/vendor-completions/_keylane"), ZshCompletion.of(root));
    }

    private String configurationPage() throws IOException {
        Roff page = new Roff("keylane.conf", 5, date, version).section("NAME")
                .text("keylane.conf - configuration of keylane(8), in the syntax of swanctl.conf(5)").section("DESCRIPTION");
        MarkdownPage.append(page, Files.readAllLines(configuration));
        return page.section("FILES").item("`/etc/keylane/swanctl.conf`").text("what the service reads")
                .section("SEE ALSO").text("keylane(1), keylane-run(8)").toString();
    }

    /** Picocli's own, but for the hidden commands, which it completes as well, and the day it was made on. */
    private String bash() {
        return AutoComplete.bash(root.name(), root.commandLine()).replaceAll("(?m)^#.*Generated.*\n", "");
    }

    private static void put(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static final Prose PROGRAM = new Prose("IKEv2 with a pair of ESP SAs for every CPU", List.of(
            "keylane negotiates IPsec SAs by IKEv2, a pair for every CPU where the peer does RFC 9611, and installs them into the "
                    + "kernel. It reads swanctl.conf(5), and swanctl(8) can drive it over its control socket.",
            "`keylane run` is the daemon, keylane-run(8); the other commands ask a running one, or look at files and "
                    + "devices. They end with 0 when all went well, with 1 when it did not, and with 2 for a command line that "
                    + "cannot be understood. Each tells its options with `--help`."),
            "keylane-run(8), keylane.conf(5), swanctl(8)");

    private static final Prose DAEMON = new Prose("the daemon of keylane", List.of(
            "Reads its configuration, opens its sockets, takes over what a killed run has left in the kernel, and keeps SAs up "
                    + "until SIGTERM or SIGINT. Then it deletes its IKE SAs, waits up to 3 seconds for the answers, "
                    + "removes what it installed, and ends with 0. What keeps it from starting is one sentence and exit code 1.",
            "It needs CAP_NET_ADMIN; CAP_NET_BIND_SERVICE for ports below 1024; and CAP_BPF to learn which CPUs "
                    + "send and to steer what arrives. As a service of systemd(1) it says when it is ready and how many SAs there are, and "
                    + "answers the watchdog."),
            "keylane(1), keylane.conf(5), systemd.service(5)");
}
