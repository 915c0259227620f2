package dev.keylane.xfrm.kernel;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Datagrams as no kernel would send them, read by everything that reads one. */
class AnswersFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void answer(byte[] datagram) {
        AnswersTest.readCut(datagram);
    }
}
