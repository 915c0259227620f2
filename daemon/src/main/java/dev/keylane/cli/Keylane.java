package dev.keylane.cli;

import dev.keylane.demo.DemoCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Keylane()).setCaseInsensitiveEnumValuesAllowed(true);
    }
}
