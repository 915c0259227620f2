package dev.keylane.ike.sa;

import dev.keylane.ike.exchange.Inbound;

/** Which counter a message that is not acted upon goes to. */
final class Drops {
    private Drops() {
    }

    static DropReason reason(Inbound inbound) {
        return switch (inbound) {
            case Inbound.Request _, Inbound.Response _, Inbound.Fragment _ -> DropReason.UNEXPECTED_EXCHANGE;
            case Inbound.Repeated _ -> DropReason.DUPLICATE;
            case Inbound.InProgress _ -> DropReason.BUSY;
            case Inbound.Unauthentic _ -> DropReason.UNAUTHENTIC;
            case Inbound.Unprotected _ -> DropReason.UNPROTECTED;
            case Inbound.OutOfWindow _ -> DropReason.OUT_OF_WINDOW;
            case Inbound.RefusedFragment _ -> DropReason.FRAGMENT;
            case Inbound.Malformed _, Inbound.UnsupportedCritical _ -> DropReason.MALFORMED;
        };
    }
}
