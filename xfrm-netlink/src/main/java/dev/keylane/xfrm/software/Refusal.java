package dev.keylane.xfrm.software;

import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmError;

/**
 * An error number with a text, not yet tied to a request.
 *
 * @param text empty when Linux gives none
 */
record Refusal(int errno, String name, String text) {
    static final Refusal ENOENT = new Refusal(2, "ENOENT", "");
    static final Refusal ESRCH = new Refusal(3, "ESRCH", "");
    static final Refusal EEXIST = new Refusal(17, "EEXIST", "");
    static final Refusal EINVAL = new Refusal(22, "EINVAL", "");
    static final Refusal ERANGE = new Refusal(34, "ERANGE", "");

    Refusal because(String why) {
        return new Refusal(errno, name, why);
    }

    /**
     * @param request such as {@code NEWSA}
     */
    XfrmAnswer of(String request) {
        return new XfrmAnswer.Refused(new XfrmError(request, errno, name, text));
    }
}
