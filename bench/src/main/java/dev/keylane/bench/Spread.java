package dev.keylane.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The smallest and the median of several batches: the machine can only add to the smallest. */
record Spread(double min, double median) {
    static <T> Spread of(List<T> batches, ToDoubleFunction<T> figure) {
        double[] sorted = batches.stream().mapToDouble(figure).toArray();
        Arrays.sort(sorted);
        return new Spread(sorted[0], sorted[sorted.length / 2]);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%7.1f %7.1f", min, median);
    }
}
