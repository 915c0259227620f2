package dev.keylane.steering;

import dev.keylane.ike.net.IpAddress;
import java.util.OptionalInt;

/**
 * An inbound SA as the wire shows it.
 *
 * @param localAddress where its packets are sent to
 * @param encapPort    our UDP port when it is encapsulated
 */
public record SteeredSa(IpAddress localAddress, int spi, OptionalInt encapPort, Offload offload) {
    /** Who decrypts. */
    public enum Offload {
        NONE, CRYPTO, PACKET
    }

    /** Decrypted by the kernel, not encapsulated. */
    public static SteeredSa plain(IpAddress localAddress, int spi) {
        return new SteeredSa(localAddress, spi, OptionalInt.empty(), Offload.NONE);
    }

    /** Decrypted by the kernel, in UDP to this port of ours. */
    public static SteeredSa inUdp(IpAddress localAddress, int spi, int port) {
        return new SteeredSa(localAddress, spi, OptionalInt.of(port), Offload.NONE);
    }

    @Override
    public String toString() {
        return String.format("0x%08x to %s", spi, localAddress) + (encapPort.isPresent() ? " in UDP" : "");
    }
}
