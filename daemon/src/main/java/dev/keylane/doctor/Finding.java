package dev.keylane.doctor;

/** What a check has seen. */
public sealed interface Finding {
    /** Which aspect: {@code ike-ports}. */
    String check();

    /** What was seen, for people. */
    String seen();

    record Ok(String check, String seen) implements Finding {
    }

    /**
     * Works, but less well than it could, or was not looked at.
     *
     * @param mend the command to run, or the setting to change
     */
    record Warn(String check, String seen, String mend) implements Finding {
    }

    /**
     * Does not work.
     *
     * @param mend the command to run, or the setting to change
     */
    record Fail(String check, String seen, String mend) implements Finding {
    }

    /** What was not looked at, for want of a right. */
    static Finding needsRoot(String check) {
        return new Warn(check, "needs root", "sudo ./keylane doctor");
    }

    /** {@code ok}, {@code warn} or {@code fail}. */
    default String verdict() {
        return switch (this) {
            case Ok _ -> "ok";
            case Warn _ -> "warn";
            case Fail _ -> "fail";
        };
    }

    /** Empty when nothing is to be done. */
    default String remedy() {
        return switch (this) {
            case Ok _ -> "";
            case Warn warn -> warn.mend();
            case Fail fail -> fail.mend();
        };
    }
}
