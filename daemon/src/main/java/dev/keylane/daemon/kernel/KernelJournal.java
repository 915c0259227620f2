package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.SaInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a daemon's journal says is its own, for whoever looks beside the daemon. */
public final class KernelJournal {
    private final Set<Owned> entries = new HashSet<>();

    private KernelJournal() {
    }

    /**
     * Beside the control socket: two daemons of one machine need two of each. What is in one network namespace is in no
     * other, be it by the same name: so each has a file of its own, where namespaces share a directory.
     */
    public static Path beside(Path control) {
        return control.resolveSibling(control.getFileName() + ".installed" + namespace());
    }

    /** Of states that devices are tried with, which stand for a moment: beside that of the others. */
    static Path ofTryouts(Path journal) {
        return journal.resolveSibling(journal.getFileName() + ".tryouts");
    }

    /** Such as {@code .4026531840}; empty where it cannot be known. */
    private static String namespace() {
        try {
            return "." + Files.readSymbolicLink(NAMESPACE).toString().replaceAll("\\D", "");
        } catch (IOException | UnsupportedOperationException unknown) {
            return "";
        }
    }

    private static final Path NAMESPACE = Path.of("/proc/self/ns/net");

    /**
     * As it is now; empty when there is none, or it is of another boot.
     *
     * @param boot names this boot of the machine
     */
    public static KernelJournal read(Path file, String boot) {
        KernelJournal journal = new KernelJournal();
        List.of(file, ofTryouts(file)).forEach(each -> lines(each, boot).forEach(journal::apply));
        return journal;
    }

    private static List<String> lines(Path file, String boot) {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            return !lines.isEmpty() && lines.getFirst().endsWith(" " + boot) ? lines.subList(1, lines.size()) : List.of();
        } catch (IOException none) {
            return List.of();
        }
    }

    private void apply(String line) {
        if (line.startsWith("+")) {
            Owned.parse(line.substring(1)).ifPresent(entries::add);
        } else if (line.startsWith("-")) {
            Owned.parse(line.substring(1)).ifPresent(entries::remove);
        }
    }

    public boolean owns(SaInfo sa) {
        return entries.contains(Owned.of(sa));
    }

    public boolean owns(PolicyInfo policy) {
        return entries.contains(Owned.of(policy));
    }
}
