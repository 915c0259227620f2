package dev.keylane.daemon.kernel;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A child that has not all of its SAs in the kernel.
 *
 * @param gone the names of those that it lacks
 */
record Absence(InstalledChild child, List<Owned> gone) {
    Absence {
        gone = List.copyOf(gone);
    }

    /**
     * @param sends   whether it should have an outbound SA
     * @param present of the kernel's SAs
     * @return empty when it lacks none
     */
    static Optional<Absence> of(InstalledChild child, boolean sends, Set<Owned> present) {
        Stream<Owned> wanted = sends ? Stream.of(Owned.of(child.pair().in()), Owned.of(child.pair().out()))
                : Stream.of(Owned.of(child.pair().in()));
        List<Owned> gone = wanted.filter(each -> !present.contains(each)).toList();
        return gone.isEmpty() ? Optional.empty() : Optional.of(new Absence(child, gone));
    }

    long id() {
        return child.child().id();
    }
}
