package dev.keylane.interop;

import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.peer.Family;
import dev.keylane.interop.peer.Mode;
import dev.keylane.interop.peer.Suite;
import dev.keylane.interop.peer.Tunnel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The lab itself: without keylane, what the other scenarios expect of their peers and of the kernel comes true. */
@InLab
class PeersKeyEachOther_StrongSwanTest {
    private static final List<Tunnel> TWO = List.of(
            new Tunnel("tunnel-ipv4", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true),
            new Tunnel("transport-ipv6", Mode.TRANSPORT, Family.IPV6, Suite.AES_CBC, false));

    @TestFactory
    Stream<DynamicTest> strongSwanWithStrongSwan() {
        return TunnelMatrix.withStrongSwan("peers-strongswan-strongswan", "start_charon", "left").run(TWO);
    }

    @TestFactory
    Stream<DynamicTest> strongSwanWithLibreswan() {
        return TunnelMatrix.withLibreswan("peers-strongswan-libreswan", "start_charon", "left").run(TWO);
    }
}
