package dev.keylane.steering;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An inbound SA as the wire shows it.
 *
 * @param localAddress where its packets are sent to
 * @param encapPort    our UDP port when it is encapsulated
 * @param peer         where its packets come from, with the peer's UDP port when it is encapsulated, 0 for any; empty when
 *                     nobody knows
 */
public record SteeredSa(IpAddress localAddress, int spi, OptionalInt encapPort, Offload offload,
                        Optional<IpEndpoint> peer) {
    /** Who decrypts. */
    public enum Offload {
        NONE, CRYPTO, PACKET
    }

    public SteeredSa(IpAddress localAddress, int spi, OptionalInt encapPort, Offload offload) {
        this(localAddress, spi, encapPort, offload, Optional.empty());
    }

    /** Decrypted by the kernel, not encapsulated. */
    public static SteeredSa plain(IpAddress localAddress, int spi) {
        return new SteeredSa(localAddress, spi, OptionalInt.empty(), Offload.NONE);
    }

    /** Decrypted by the kernel, in UDP to this port of ours. */
    public static SteeredSa inUdp(IpAddress localAddress, int spi, int port) {
        return new SteeredSa(localAddress, spi, OptionalInt.of(port), Offload.NONE);
    }

    /** The same with packets from there. */
    public SteeredSa from(IpEndpoint peer) {
        return new SteeredSa(localAddress, spi, encapPort, offload, Optional.of(peer));
    }

    @Override
    public String toString() {
        return String.format("0x%08x to %s", spi, localAddress) + (encapPort.isPresent() ? " in UDP" : "");
    }
}
