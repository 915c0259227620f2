package dev.keylane.pcpu;

import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;

/** A set of CPU numbers, written as Linux writes it: {@code 0-3,5}. */
public final class CpuSet {
    public static final CpuSet EMPTY = new CpuSet(new BitSet());

    private final BitSet cpus;

    private CpuSet(BitSet cpus) {
        this.cpus = cpus;
    }

    /** CPUs 0 to {@code count - 1}. */
    public static CpuSet first(int count) {
        BitSet cpus = new BitSet(count);
        cpus.set(0, count);
        return new CpuSet(cpus);
    }

    public static CpuSet of(int... numbers) {
        BitSet cpus = new BitSet();
        for (int number : numbers) {
            cpus.set(number);
        }
        return new CpuSet(cpus);
    }

    /**
     * Reads {@code 0-3,5}, the format of {@code /sys/devices/system/cpu/online}; an empty line is an empty set.
     *
     * @return empty when it is no such list or names a CPU above {@link #LARGEST}
     */
    public static Optional<CpuSet> parse(String list) {
        BitSet cpus = new BitSet();
        String text = list.strip();
        if (text.isEmpty()) {
            return Optional.of(EMPTY);
        }
        for (String part : text.split(",", -1)) {
            if (!part.matches("\\d{1,5}(-\\d{1,5})?")) {
                return Optional.empty();
            }
            int dash = part.indexOf('-');
            int from = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int to = dash < 0 ? from : Integer.parseInt(part.substring(dash + 1));
            if (from > to || to > LARGEST) {
                return Optional.empty();
            }
            cpus.set(from, to + 1);
        }
        return Optional.of(new CpuSet(cpus));
    }

    /** Those that are in {@code other}, too. */
    public CpuSet and(CpuSet other) {
        BitSet both = (BitSet) cpus.clone();
        both.and(other.cpus);
        return new CpuSet(both);
    }

    /** Those that are not in {@code other}. */
    public CpuSet without(CpuSet other) {
        BitSet rest = (BitSet) cpus.clone();
        rest.andNot(other.cpus);
        return new CpuSet(rest);
    }

    public boolean contains(int cpu) {
        return cpu >= 0 && cpus.get(cpu);
    }

    public int size() {
        return cpus.cardinality();
    }

    public boolean isEmpty() {
        return cpus.isEmpty();
    }

    /** The highest number, -1 when empty. */
    public int last() {
        return cpus.length() - 1;
    }

    /** The lowest number from {@code cpu} on, -1 when there is none. */
    public int next(int cpu) {
        return cpus.nextSetBit(cpu);
    }

    /** The numbers in ascending order. */
    public IntStream stream() {
        return cpus.stream();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuSet that && cpus.equals(that.cpus);
    }

    @Override
    public int hashCode() {
        return cpus.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int from = cpus.nextSetBit(0); from >= 0; from = cpus.nextSetBit(from)) {
            int end = cpus.nextClearBit(from);
            text.append(text.isEmpty() ? "" : ",").append(from);
            if (end - from > 1) {
                text.append('-').append(end - 1);
            }
            from = end;
        }
        return text.toString();
    }

    /** Linux's largest NR_CPUS is 8192. */
    public static final int LARGEST = 8191;
}
