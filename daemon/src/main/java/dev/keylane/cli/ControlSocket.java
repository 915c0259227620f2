package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.client.ViciClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** The option that says where the daemon listens, and what every command that asks it has in common. */
final class ControlSocket {
    @Option(names = "--control", paramLabel = "PATH", defaultValue = "/run/keylane/keylane.vici",
            description = "The daemon's control socket (default: ${DEFAULT-VALUE}).")
    private Path path = Path.of("/run/keylane/keylane.vici");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** What a command does with its connection. */
    interface Dialogue {
        int run(ViciClient client) throws IOException;
    }

    /** The exit code of the dialogue, or 1 when the connection failed, which is told. */
    int open(Dialogue dialogue) {
        try (ViciClient client = ViciClient.connect(path)) {
            return dialogue.run(client);
        } catch (IOException lost) {
            return fail(lost.getMessage());
        }
    }

    /** 0 for a response that says success; otherwise tells why not. */
    int judge(String what, ViciMessage response) {
        if (response.text("success").filter("yes"::equals).isPresent()) {
            print(what + " completed successfully");
            return 0;
        }
        return fail(what + " failed: " + response.text("errmsg").orElse("no reason given"));
    }

    /** The same, or as JSON. */
    int judge(String what, ViciMessage response, JsonLines json) {
        if (!json.isWanted()) {
            return judge(what, response);
        }
        print(JsonLines.result(what, response));
        return response.text("success").filter("yes"::equals).isPresent() ? 0 : 1;
    }

    /** The exit code of a list: 1 when something of it could not be told, which is said. */
    int end(ViciMessage response) {
        return lacking(response).map(this::fail).orElse(0);
    }

    /** What a list lacks; its response is empty when it is complete. */
    static Optional<String> lacking(ViciMessage response) {
        return response.text("success").filter("no"::equals).map(_ -> response.text("errmsg").orElse("no reason given"));
    }

    /** A wrong command line; the exit code. */
    int refuse(String sentence) {
        fail(sentence);
        return CommandLine.ExitCode.USAGE;
    }

    void print(String line) {
        command.commandLine().getOut().println(line);
        command.commandLine().getOut().flush();
    }

    /** Says what is wrong in one line; the exit code. */
    int fail(String sentence) {
        command.commandLine().getErr().println("keylane: " + sentence);
        command.commandLine().getErr().flush();
        return 1;
    }

    void warn(String sentence) {
        command.commandLine().getErr().println("warning: " + sentence);
        command.commandLine().getErr().flush();
    }

    /** A line of the log, as swanctl shows it or as JSON. */
    void printLog(ViciMessage line, JsonLines json) {
        print(json.isWanted() ? JsonLines.log(line) : "[" + line.text("group").orElse("") + "] " + line.text("msg").orElse(""));
    }
}
