package dev.keylane.xfrm;

/** What the kernel said to one request. */
public sealed interface XfrmAnswer {
    record Done() implements XfrmAnswer {
    }

    record Sa(SaInfo info) implements XfrmAnswer {
    }

    record Policy(PolicyInfo info) implements XfrmAnswer {
    }

    record Refused(XfrmError error) implements XfrmAnswer {
    }

    default boolean isRefused() {
        return this instanceof Refused;
    }
}
