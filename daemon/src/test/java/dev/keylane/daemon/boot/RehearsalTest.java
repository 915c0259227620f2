package dev.keylane.daemon.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.crypto.jca.SecureRandomSource;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    @Test
    void twoCoresKeyWithOneAnother() {
        assertThat(Rehearsal.run(new JcaCrypto(), new SecureRandomSource())).isTrue();
    }
}
