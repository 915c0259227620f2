package dev.keylane.steering.queue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which Linux runs, for what drivers do without telling. */
public record KernelRelease(int major, int minor) {
    /**
     * @param root {@code /}
     */
    public static Optional<KernelRelease> read(Path root) {
        return new SystemFiles(root).text("proc/sys/kernel/osrelease").map(NUMBERS::matcher).filter(Matcher::find)
                .map(found -> new KernelRelease(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2))));
    }

    public boolean isAtLeast(int otherMajor, int otherMinor) {
        return major > otherMajor || major == otherMajor && minor >= otherMinor;
    }

    private static final Pattern NUMBERS = Pattern.compile("^(\\d{1,4})\\.(\\d{1,4})");
}
