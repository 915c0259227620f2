package dev.keylane.daemon.shard;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests of two daemons that are connected to each other, with the demonstration's files. */
abstract class TwoShards {
    Rig left;
    Rig right;

    @BeforeEach
    void connect() throws Exception {
        Rig[] pair = Rig.pair();
        left = pair[0];
        right = pair[1];
    }

    @AfterEach
    void stop() {
        left.close();
        right.close();
    }
}
