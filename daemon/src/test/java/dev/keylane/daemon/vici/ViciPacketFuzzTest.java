package dev.keylane.daemon.vici;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.keylane.ike.wire.Octets;

/** What is a packet is written to the same octets again; everything else has a reason. */
class ViciPacketFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void packet(byte[] payload) {
        ViciCodecFuzzTest.assertConsistent(Octets.copyOf(payload));
    }
}
