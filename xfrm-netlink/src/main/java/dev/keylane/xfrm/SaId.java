package dev.keylane.xfrm;

import dev.keylane.ike.net.IpAddress;

/**
 * What names a state.
 *
 * @param protocol 50 for ESP
 */
public record SaId(IpAddress destination, int spi, int protocol, Mark mark) {
    public static final int ESP = 50;

    public static SaId esp(IpAddress destination, int spi) {
        return new SaId(destination, spi, ESP, Mark.NONE);
    }

    @Override
    public String toString() {
        return "%s/%08x/%s".formatted(protocol == ESP ? "esp" : protocol, spi, destination);
    }
}
