package dev.keylane.doctor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What runs here, from {@code /proc}. */
record Processes(SystemText system) {
    /** Such as {@code charon-systemd (process 4711)}. */
    record Running(String name, int pid) {
        @Override
        public String toString() {
            return name + " (process " + pid + ")";
        }
    }

    /** The first that runs a program of this name. */
    Optional<Running> named(String program) {
        return pids().stream().filter(pid -> program.equals(name(pid))).map(pid -> new Running(program, pid)).findFirst();
    }

    /** Who holds which of these sockets, as far as we may see. */
    Map<String, Running> holders(List<String> inodes) {
        Map<String, Running> holders = new TreeMap<>();
        for (int pid : inodes.isEmpty() ? List.<Integer>of() : pids()) {
            String open = "proc/" + pid + "/fd";
            for (String descriptor : system.names(open)) {
                system.target(open + "/" + descriptor).filter(target -> target.startsWith("socket:["))
                        .map(target -> target.substring("socket:[".length(), target.length() - 1)).filter(inodes::contains)
                        .ifPresent(inode -> holders.putIfAbsent(inode, new Running(name(pid), pid)));
            }
        }
        return holders;
    }

    private List<Integer> pids() {
        return system.names("proc").stream().filter(name -> name.matches("\\d{1,9}")).map(Integer::valueOf).toList();
    }

    /** A Java process is known by its main class. */
    private String name(int pid) {
        String name = system.text("proc/" + pid + "/comm").orElse("");
        boolean ours = name.equals("java")
                && system.text("proc/" + pid + "/cmdline").filter(words -> words.contains(MAIN + "\0run")).isPresent();
        return ours ? KEYLANE : name;
    }

    static final String KEYLANE = "keylane";
    private static final String MAIN = "dev.keylane.cli.Keylane";
}
