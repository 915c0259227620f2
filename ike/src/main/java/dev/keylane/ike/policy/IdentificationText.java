package dev.keylane.ike.policy;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Text forms of identities; replaced by the full reader of strongSwan's spelling. */
final class IdentificationText {
    private IdentificationText() {
    }

    static Identification parse(String text) {
        Optional<IpAddress> address = IpAddress.parse(text);
        if (address.isPresent()) {
            return new Identification(address.get().isV4() ? Identification.IPV4_ADDR : Identification.IPV6_ADDR,
                    address.get().octets());
        }
        return new Identification(text.contains("@") ? Identification.RFC822_ADDR : Identification.FQDN,
                Octets.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    static String print(Identification id) {
        return switch (id.type()) {
            case Identification.IPV4_ADDR, Identification.IPV6_ADDR -> new IpAddress(id.data()).toString();
            default -> new String(id.data().toByteArray(), StandardCharsets.UTF_8);
        };
    }
}
