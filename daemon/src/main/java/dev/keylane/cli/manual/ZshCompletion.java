package dev.keylane.cli.manual;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A completion for zsh, with what each command and option does beside its name. */
final class ZshCompletion {
    private final StringBuilder script = new StringBuilder();

    private ZshCompletion() {
    }

    static String of(CommandSpec root) {
        ZshCompletion completion = new ZshCompletion();
        completion.script.append("#compdef ").append(root.name()).append('\n');
        completion.functions(root, "_" + root.name());
        completion.script.append("_").append(root.name()).append(" \"$@\"\n");
        return completion.script.toString();
    }

    private void functions(CommandSpec command, String name) {
        List<CommandSpec> children = children(command);
        children.forEach(child -> functions(child, function(name, child)));
        script.append(name).append("() {\n  local context state state_descr line\n  typeset -A opt_args\n  _arguments -s");
        arguments(command).forEach(argument -> script.append(" \\\n    ").append(quoted(argument)));
        script.append("\n");
        if (!children.isEmpty()) {
            script.append("  case $state in\n    command) local -a commands; commands=(")
                    .append(children.stream().map(child -> quoted(child.name() + ":" + CommandPage.description(child)))
                            .collect(Collectors.joining(" "))).append("); _describe command commands ;;\n    rest) case $line[1] in\n");
            children.forEach(child -> script.append("      ").append(child.name()).append(") ")
                    .append(function(name, child)).append(" ;;\n"));
            script.append("    esac ;;\n  esac\n");
        }
        script.append("}\n\n");
    }

    private static String function(String parent, CommandSpec child) {
        return parent + "_" + child.name();
    }

    private static List<CommandSpec> children(CommandSpec command) {
        return command.subcommands().values().stream().distinct().map(CommandLine::getCommandSpec)
                .filter(child -> !child.usageMessage().hidden()).toList();
    }

    private static List<String> arguments(CommandSpec command) {
        List<String> arguments = new ArrayList<>();
        for (OptionSpec option : CommandPage.visible(command)) {
            for (String name : option.names()) {
                arguments.add((option.isMultiValue() ? "*" : "") + name + "[" + safe(CommandPage.text(option)) + "]"
                        + (option.arity().max() == 0 ? "" : ":" + safe(option.paramLabel()) + ":" + values(option)));
            }
        }
        if (!children(command).isEmpty()) {
            arguments.add("1: :->command");
            arguments.add("*:: :->rest");
        }
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            arguments.add((parameter.arity().max() > 1 ? "*" : "") + ":" + safe(parameter.paramLabel()) + ":"
                    + (isFile(parameter.paramLabel(), parameter.auxiliaryTypes()) ? "_files" : ""));
        }
        return arguments;
    }

    /** Files, devices, or the words that the label lists. */
    private static String values(OptionSpec option) {
        String label = option.paramLabel().replaceAll("[<>]", "");
        if (label.matches("[a-z]+(\\|[a-z]+)+")) {
            return "(" + label.replace('|', ' ') + ")";
        }
        return isFile(label, option.auxiliaryTypes()) ? "_files" : "";
    }

    private static boolean isFile(String label, Class<?>[] types) {
        return label.contains("FILE") || label.contains("PATH") || types.length > 0 && types[0] == Path.class;
    }

    private static String safe(String text) {
        return text.replace("\\", "").replace("[", "(").replace("]", ")").replace(":", ";").replaceAll("[<>]", "");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "’") + "'";
    }
}
