package dev.keylane.daemon.control;

import dev.keylane.ike.wire.ExchangeType;
import java.util.Locale;
import java.util.Optional;

/** What is counted for each connection and in total; names and order are charon's. */
public enum Counter {
    IKE_REKEY_INIT, IKE_REKEY_RESP, CHILD_REKEY, INVALID, INVALID_SPI,
    IKE_INIT_IN_REQ, IKE_INIT_IN_RESP, IKE_INIT_OUT_REQ, IKE_INIT_OUT_RESP,
    IKE_AUTH_IN_REQ, IKE_AUTH_IN_RESP, IKE_AUTH_OUT_REQ, IKE_AUTH_OUT_RESP,
    CREATE_CHILD_IN_REQ, CREATE_CHILD_IN_RESP, CREATE_CHILD_OUT_REQ, CREATE_CHILD_OUT_RESP,
    INFO_IN_REQ, INFO_IN_RESP, INFO_OUT_REQ, INFO_OUT_RESP;

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** That of a message; empty for exchanges which nobody counts. */
    public static Optional<Counter> of(int exchange, boolean response, boolean incoming) {
        return first(exchange).map(first -> values()[first.ordinal() + (incoming ? 0 : 2) + (response ? 1 : 0)]);
    }

    private static Optional<Counter> first(int exchange) {
        return switch (exchange) {
            case ExchangeType.IKE_SA_INIT -> Optional.of(IKE_INIT_IN_REQ);
            case ExchangeType.IKE_AUTH -> Optional.of(IKE_AUTH_IN_REQ);
            case ExchangeType.CREATE_CHILD_SA -> Optional.of(CREATE_CHILD_IN_REQ);
            case ExchangeType.INFORMATIONAL -> Optional.of(INFO_IN_REQ);
            default -> Optional.empty();
        };
    }
}
