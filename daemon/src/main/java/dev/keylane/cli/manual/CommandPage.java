package dev.keylane.cli.manual;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Man pages of commands, from the model that reads the command line. */
final class CommandPage {
    private CommandPage() {
    }

    /** What a page says beside options. */
    record Prose(String summary, List<String> description, String seeAlso) {
        Prose {
            description = List.copyOf(description);
        }
    }

    /** One command with its options. */
    static String of(CommandSpec command, String name, int section, Prose prose, String date, String version) {
        Roff page = head(command, name, section, prose, date, version);
        page.section("OPTIONS");
        options(page, command);
        return foot(page, prose);
    }

    /** A command and those below it. */
    static String ofAll(CommandSpec root, Prose prose, String date, String version) {
        Roff page = head(root, root.name(), 1, prose, date, version);
        page.section("COMMANDS");
        leaves(root, page);
        return foot(page, prose);
    }

    private static void leaves(CommandSpec command, Roff page) {
        for (CommandLine line : command.subcommands().values().stream().distinct().toList()) {
            CommandSpec child = line.getCommandSpec();
            if (child.usageMessage().hidden()) {
                continue;
            }
            if (child.subcommands().isEmpty()) {
                page.subsection(synopsis(child).replace("`", "").replaceAll("[<>]", ""));
                page.text(description(child));
                options(page, child);
            }
            leaves(child, page);
        }
    }

    private static Roff head(CommandSpec command, String name, int section, Prose prose, String date, String version) {
        Roff page = new Roff(name, section, date, version).section("NAME").text(name + " - " + prose.summary());
        page.section("SYNOPSIS").text(command.subcommands().isEmpty() ? synopsis(command) : "`keylane` <COMMAND> [<OPTIONS>]");
        page.section("DESCRIPTION");
        page.text(prose.description().getFirst());
        prose.description().stream().skip(1).forEach(text -> page.paragraph().text(text));
        return page;
    }

    private static String foot(Roff page, Prose prose) {
        return page.section("SEE ALSO").text(prose.seeAlso()).toString();
    }

    private static String synopsis(CommandSpec command) {
        StringBuilder text = new StringBuilder("`" + command.qualifiedName() + "`");
        if (visible(command).stream().anyMatch(option -> !standard(option))) {
            text.append(" [<OPTIONS>]");
        }
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            boolean several = parameter.arity().max() > 1;
            String label = label(parameter) + (several ? "..." : "");
            text.append(' ').append(parameter.arity().min() == 0 ? "[" + label + "]" : label);
        }
        return text.toString();
    }

    private static String label(PositionalParamSpec parameter) {
        return "<" + parameter.paramLabel().replaceAll("[<>]", "").toUpperCase(Locale.ROOT) + ">";
    }

    private static void options(Roff page, CommandSpec command) {
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            page.item(label(parameter)).text(text(parameter));
        }
        for (OptionSpec option : visible(command)) {
            if (!standard(option)) {
                page.item(term(option)).text(text(option));
            }
        }
    }

    private static String term(OptionSpec option) {
        String names = List.of(option.names()).stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
        return option.arity().max() == 0 ? names : names + " " + option.paramLabel().replaceAll("[<>]", "");
    }

    static List<OptionSpec> visible(CommandSpec command) {
        return command.options().stream().filter(option -> !option.hidden()).toList();
    }

    /** Those that every command has. */
    private static boolean standard(OptionSpec option) {
        return option.usageHelp() || option.versionHelp();
    }

    static String description(CommandSpec command) {
        return text(command.usageMessage().description());
    }

    static String text(ArgSpec argument) {
        return text(argument.description()).replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValueString()));
    }

    private static String text(String[] lines) {
        return String.join(" ", lines).replace("%%", "%").replace("%n", " ");
    }
}
