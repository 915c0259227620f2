package dev.keylane.daemon.offload;

import dev.keylane.daemon.offload.RefusedRequests.Refused;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.kernel.NetlinkXfrm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Asks the running kernel for what it refuses, and prints a line for each: name, its words, and the hint for operators. For
 * the lab, with its card: {@code RefusalRun nic1 /sys/kernel/debug/lanenic/nic1 eth0}.
 */
public final class RefusalRun {
    private RefusalRun() {
    }

    public static void main(String[] arguments) throws IOException {
        Path knobs = Path.of(arguments[1]);
        try (XfrmKernel kernel = NetlinkXfrm.open()) {
            for (Refused refused : new RefusedRequests(arguments[0], arguments[2]).all()) {
                String knob = refused.knobs().replaceFirst("=.*", "");
                String usual = knob.isEmpty() ? "" : Files.readString(knobs.resolve(knob)).strip();
                set(knobs, knob, refused.knobs().replaceFirst(".*=", ""));
                XfrmAnswer answer = kernel.submit(refused.request());
                set(knobs, knob, usual);
                System.out.println(refused.name() + "\t" + words(answer, arguments[0]));
            }
        }
    }

    private static String words(XfrmAnswer answer, String device) {
        return answer instanceof XfrmAnswer.Refused(var error)
                ? error + "\t" + OffloadHints.of(error.toString(), device).map(OffloadHint::toString).orElse("-")
                : "taken\t-";
    }

    private static void set(Path knobs, String knob, String value) throws IOException {
        if (!knob.isEmpty()) {
            Files.writeString(knobs.resolve(knob), value + "\n");
        }
    }
}
