package dev.keylane.doctor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** Whether the kernel has what offload of ESP needs beside the driver; it loads that by itself when first asked. */
final class ModulesCheck implements SystemCheck {
    private static final String NAME = "offload-modules";

    @Override
    public List<Finding> of(Sight sight) {
        SystemText system = sight.system();
        List<String> seen = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        new TreeMap<>(OPTIONS).forEach((module, option) -> {
            String where = where(system, module, option);
            (where.isEmpty() ? missing : seen).add(where.isEmpty() ? module : module + " " + where);
        });
        return List.of(missing.isEmpty() ? new Finding.Ok(NAME, String.join(", ", seen))
                : new Finding.Warn(NAME, "nothing is seen of " + String.join(" and ", missing)
                        + ", without which no device is given ESP", "modprobe -a " + String.join(" ", missing)));
    }

    /** Empty when it is nowhere. */
    private static String where(SystemText system, String module, String option) {
        String release = system.text("proc/sys/kernel/osrelease").orElse("");
        return system.exists("sys/module/" + module) || names(system, "proc/modules", module + " ") ? "loaded"
                : names(system, "lib/modules/" + release + "/modules.builtin", "/" + module + ".ko") ? "built in"
                : names(system, "lib/modules/" + release + "/modules.dep", "/" + module + ".ko") ? "can be loaded"
                : configured(system, release, option) ? "built in" : "";
    }

    private static boolean names(SystemText system, String file, String word) {
        return system.lines(file).stream().anyMatch(line -> line.startsWith(word) || line.contains(word));
    }

    private static boolean configured(SystemText system, String release, String option) {
        String wanted = option + "=y";
        return system.lines("boot/config-" + release).contains(wanted)
                || unpacked(system.root().resolve("proc/config.gz")).lines().anyMatch(wanted::equals);
    }

    private static String unpacked(Path file) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            return new String(in.readNBytes(MOST), StandardCharsets.UTF_8);
        } catch (IOException notTold) {
            return "";
        }
    }

    private static final Map<String, String> OPTIONS =
            Map.of("esp4_offload", "CONFIG_INET_ESP_OFFLOAD", "esp6_offload", "CONFIG_INET6_ESP_OFFLOAD");
    private static final int MOST = 1 << 22;
}
