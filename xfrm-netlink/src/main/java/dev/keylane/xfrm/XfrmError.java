package dev.keylane.xfrm;

/**
 * A refusal.
 *
 * @param request what was asked, such as {@code NEWSA}
 * @param errno   positive
 * @param name    such as {@code EINVAL}
 * @param text    the kernel's extended answer, empty when it gave none
 */
public record XfrmError(String request, int errno, String name, String text) {
    /** {@code NEWSA: EINVAL (22): SA_PCPU only supported with SA_DIR}. */
    @Override
    public String toString() {
        return request + ": " + name + " (" + errno + ")" + (text.isEmpty() ? "" : ": " + text);
    }
}
