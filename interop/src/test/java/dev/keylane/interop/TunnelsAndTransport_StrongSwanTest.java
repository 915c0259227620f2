package dev.keylane.interop;

import dev.keylane.interop.lab.InLab;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Transport and tunnel mode, IPv4 and IPv6, three suites, ESN on and off, with strongSwan in either role. */
@InLab
class TunnelsAndTransport_StrongSwanTest {
    @TestFactory
    Stream<DynamicTest> keylaneInitiates() {
        return TunnelMatrix.withStrongSwan("tunnels-strongswan-keylane-initiates", "start_keylane", "left")
                .run(TunnelMatrix.everyCombination());
    }

    @TestFactory
    Stream<DynamicTest> keylaneResponds() {
        return TunnelMatrix.withStrongSwan("tunnels-strongswan-keylane-responds", "start_keylane", "right")
                .run(TunnelMatrix.everyCombination());
    }
}
