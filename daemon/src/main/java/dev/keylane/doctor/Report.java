package dev.keylane.doctor;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What all checks have found.
 *
 * @param devices by name
 */
public record Report(List<Finding> system, Map<String, List<Finding>> devices) {
    public Report {
        system = List.copyOf(system);
        devices = new TreeMap<>(devices);
    }

    public Stream<Finding> all() {
        return Stream.concat(system.stream(), devices.values().stream().flatMap(List::stream));
    }

    public boolean failed() {
        return all().anyMatch(Finding.Fail.class::isInstance);
    }

    public long count(String verdict) {
        return all().filter(Finding::isShown).filter(finding -> finding.verdict().equals(verdict)).count();
    }
}
