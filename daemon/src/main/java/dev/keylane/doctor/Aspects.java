package dev.keylane.doctor;

import java.util.ArrayList;
import java.util.List;

/**
 * A check and what it always has something to say of: programs that read the report find the same names whatever was found,
 * and whoever asks.
 */
record Aspects<C>(C check, List<String> names) {
    static <C> Aspects<C> of(C check, String... names) {
        return new Aspects<>(check, List.of(names));
    }

    /** Those that were found, and a word about the others. */
    List<Finding> complete(List<Finding> found) {
        boolean rights = found.stream().noneMatch(Finding::wantsRoot);
        List<Finding> all = new ArrayList<>(found);
        for (String name : names) {
            if (found.stream().noneMatch(finding -> finding.check().equals(name))) {
                all.add(rights ? Finding.idle(name) : Finding.needsRoot(name));
            }
        }
        return all;
    }
}
