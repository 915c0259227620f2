package dev.keylane.doctor;

/** What a check has seen. */
public sealed interface Finding {
    /** Which aspect: {@code ike-ports}. */
    String check();

    /** What was seen, for people. */
    String seen();

    /** @param shown to people, too; otherwise there was nothing to look at, which only programs are told */
    record Ok(String check, String seen, boolean shown) implements Finding {
        Ok(String check, String seen) {
            this(check, seen, true);
        }
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
        return new Warn(check, NEEDS_ROOT, AsRoot.doctor());
    }

    /** What there was nothing to look at for. */
    static Finding idle(String check) {
        return new Ok(check, "nothing to look at", false);
    }

    default boolean wantsRoot() {
        return this instanceof Warn warn && warn.seen().equals(NEEDS_ROOT);
    }

    /** Whether people are to see it. */
    default boolean isShown() {
        return !(this instanceof Ok ok) || ok.shown();
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

    String NEEDS_ROOT = "needs root";
}
