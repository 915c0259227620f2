package dev.keylane.cli;

import dev.keylane.doctor.Finding;
import dev.keylane.doctor.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was found, in lines for people and as a tree for JSON. */
final class DoctorText {
    private DoctorText() {
    }

    /** {@code warn  eth0 queues: 2 to receive into, for 4 CPUs -> ethtool -L eth0 combined 4}. */
    static List<String> lines(Report report) {
        List<String> lines = new ArrayList<>();
        report.system().stream().filter(Finding::isShown).forEach(finding -> lines.add(line("", finding)));
        report.devices().forEach((device, findings) -> findings.stream().filter(Finding::isShown)
                .forEach(finding -> lines.add(line(device + " ", finding))));
        lines.add(report.count("ok") + " ok, " + report.count("warn") + " warn, " + report.count("fail") + " fail");
        return lines;
    }

    private static String line(String device, Finding finding) {
        return "%-5s %s%s: %s%s".formatted(finding.verdict(), device, finding.check(), finding.seen(),
                finding.remedy().isEmpty() ? "" : " -> " + finding.remedy());
    }

    static Map<String, Object> tree(Report report) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("verdict", report.failed() ? "fail" : report.count("warn") > 0 ? "warn" : "ok");
        tree.put("system", report.system().stream().map(DoctorText::tree).toList());
        tree.put("devices", report.devices().entrySet().stream().map(each -> {
            Map<String, Object> device = new LinkedHashMap<>();
            device.put("device", each.getKey());
            device.put("checks", each.getValue().stream().map(DoctorText::tree).toList());
            return device;
        }).toList());
        return tree;
    }

    private static Map<String, Object> tree(Finding finding) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("check", finding.check());
        tree.put("verdict", finding.verdict());
        tree.put("seen", finding.seen());
        if (!finding.remedy().isEmpty()) {
            tree.put("mend", finding.remedy());
        }
        return tree;
    }
}
