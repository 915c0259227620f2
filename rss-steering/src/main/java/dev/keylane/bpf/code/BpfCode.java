package dev.keylane.bpf.code;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedSet;
import java.util.LinkedHashSet;
import java.util.stream.Collectors;

/**
 * A program that is not loaded.
 *
 * @param name what the kernel shows it as: 1 to 15 letters, digits and underscores
 */
public record BpfCode(String name, List<Instruction> instructions) {
    public BpfCode {
        if (!name.matches("\\w{1,15}")) {
            throw new IllegalArgumentException("not a program's name: " + name);
        }
        instructions = List.copyOf(instructions);
    }

    /** The maps it uses, in the order of their first use. */
    public SequencedSet<String> maps() {
        SequencedSet<String> names = new LinkedHashSet<>();
        for (Instruction instruction : instructions) {
            if (instruction instanceof Instruction.LoadMap(Register _, String map)) {
                names.add(map);
            }
        }
        return names;
    }

    /**
     * The kernel's form.
     *
     * @param maps an open descriptor for each of {@link #maps}
     * @return 64 bits each, the opcode in the lowest
     */
    public long[] encode(Map<String, Integer> maps) {
        return new Encoder(positions(), maps).encode(instructions);
    }

    /** A line an instruction, in the words of the kernel's verifier, numbered as the verifier does. */
    public String listing() {
        StringBuilder lines = new StringBuilder();
        int slot = 0;
        for (Instruction instruction : instructions) {
            lines.append(instruction instanceof Instruction.Label
                    ? Listing.line(instruction) : String.format(Locale.ROOT, "%5d  %s", slot, Listing.line(instruction)));
            lines.append('\n');
            slot += instruction.slots();
        }
        return lines.toString();
    }

    private Map<String, Integer> positions() {
        Map<String, Integer> positions = new HashMap<>();
        int slot = 0;
        for (Instruction instruction : instructions) {
            if (instruction instanceof Instruction.Label(String label) && positions.put(label, slot) != null) {
                throw new IllegalArgumentException(name + ": label " + label + " twice");
            }
            slot += instruction.slots();
        }
        return positions;
    }

    @Override
    public String toString() {
        return name + instructions.stream().map(Listing::line).collect(Collectors.joining("; ", " {", "}"));
    }
}
