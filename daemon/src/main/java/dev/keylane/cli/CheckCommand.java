package dev.keylane.cli;

import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.config.MigrationReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keylane check FILE_OR_DIR...}: says what is wrong with a configuration, or what it holds. */
@Command(name = "check", mixinStandardHelpOptions = true,
        description = "Validate a configuration: one mistake a line, exit code 1 when there is any.")
public final class CheckCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE_OR_DIR",
            description = "A settings file, or a directory: swanctl.conf in it, or else every *.conf.")
    private List<Path> paths;

    @Option(names = "--report", description = "Tell what becomes of each setting, for files that were written for strongSwan: "
            + "used, ignored and why, refused and what to do, and what keylane could do besides. strongswan.conf is read, too, "
            + "where it lies beside them.")
    private boolean report;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (report) {
            return report();
        }
        Loaded loaded = Configuration.load(paths);
        if (json) {
            spec.commandLine().getOut().println(Json.print(CheckJson.of(loaded)));
            spec.commandLine().getOut().flush();
            return loaded.isGood() ? 0 : 1;
        }
        PrintWriter err = spec.commandLine().getErr();
        loaded.notes().forEach(note -> err.println("warning: " + note));
        loaded.mistakes().forEach(err::println);
        err.flush();
        if (!loaded.isGood()) {
            return 1;
        }
        PrintWriter out = spec.commandLine().getOut();
        loaded.book().connections().forEach(connection -> out.println("connection " + connection.name() + ": "
                + counted(connection.children().size(), "child", "children")));
        out.println("ok: " + counted(loaded.files().size(), "file", "files") + ", "
                + counted(loaded.book().connections().size(), "connection", "connections") + ", "
                + counted(loaded.book().sharedKeys().size(), "secret", "secrets"));
        out.flush();
        return 0;
    }

    private int report() {
        MigrationReport found = MigrationReport.read(paths);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.print(MigrationText.tree(found)));
        } else {
            MigrationText.lines(found).forEach(out::println);
        }
        out.flush();
        return found.of(MigrationReport.Verdict.REFUSED).isEmpty() ? 0 : 1;
    }

    static String counted(int count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
