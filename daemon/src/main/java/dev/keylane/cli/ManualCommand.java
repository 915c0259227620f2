package dev.keylane.cli;

import dev.keylane.cli.manual.Manual;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keylane manual}, for packaging: writes man pages and completions. */
@Command(name = "manual", hidden = true, mixinStandardHelpOptions = true, description = "Write man pages and completions.")
final class ManualCommand implements Callable<Integer> {
    @Option(names = "--output", required = true, paramLabel = "DIR", description = "Where to, in the places below /usr/share.")
    private Path output;

    @Option(names = "--configuration", required = true, paramLabel = "FILE", description = "The document of all keys.")
    private Path configuration;

    @Option(names = "--date", required = true, paramLabel = "YYYY-MM-DD", description = "The pages' date.")
    private String date;

    @Option(names = "--version-name", required = true, description = "The pages' version.")
    private String version;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        new Manual(spec.root(), configuration, date, version).write(output);
        return 0;
    }
}
