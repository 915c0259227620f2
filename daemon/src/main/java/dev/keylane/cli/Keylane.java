package dev.keylane.cli;

import dev.keylane.demo.DemoCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The main class. */
@Command(name = "keylane", mixinStandardHelpOptions = true, versionProvider = VersionCommand.class,
        description = "An IKEv2 keying daemon that negotiates a pair of ESP SAs for every CPU.",
        subcommands = {CheckCommand.class, DemoCommand.class, RunCommand.class, LoadCommand.class,
            ListConnsCommand.class, ListSasCommand.class, InitiateCommand.class, RekeyCommand.class,
            TerminateCommand.class, TopCommand.class, SteerCommand.class, DoctorCommand.class, LogCommand.class,
            ManualCommand.class, VersionCommand.class,
            CommandLine.HelpCommand.class})
public final class Keylane {
    public static void main(String[] args) {
        boolean daemon = args.length > 0 && args[0].equals(RUN);
        System.exit((daemon ? runAlone() : commandLine()).execute(args));
    }

    /** The daemon starts sooner when it does not learn the options of all commands. */
    static CommandLine runAlone() {
        return new CommandLine(CommandSpec.create().name("keylane")).addSubcommand(RUN, new RunCommand())
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Keylane()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static final String RUN = "run";
}
