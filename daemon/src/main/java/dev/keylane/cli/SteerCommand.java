package dev.keylane.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keylane steer}: how received packets get to the CPU of their SA. */
@Command(name = "steer", mixinStandardHelpOptions = true,
        description = "Show how received packets get to the CPU of their SA.",
        subcommands = {SteerShowCommand.class, SteerPlanCommand.class})
final class SteerCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "steer what? show or plan");
    }
}
