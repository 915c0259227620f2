package dev.keylane.linux;

/** A system call failed in a way its caller did not expect. */
public final class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /**
     * @param call  such as {@code bind}
     * @param errno positive
     * @param text  the kernel's words, empty when it gave none
     */
    public LinuxException(String call, int errno, String text) {
        super(call + ": " + Errno.name(errno) + " (" + errno + ")" + (text.isEmpty() ? "" : ": " + text));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }

    /** The result of a call, unless it is a negated errno. */
    public static int check(String call, int result) {
        if (result < 0) {
            throw new LinuxException(call, -result, "");
        }
        return result;
    }
}
