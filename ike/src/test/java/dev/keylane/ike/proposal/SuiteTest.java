package dev.keylane.ike.proposal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What was agreed on reads in the log as it does in charon's. */
class SuiteTest {
    @Test
    void ike() {
        assertThat(new IkeSuite(EncryptionAlgorithm.AES_CBC, 128, PrfAlgorithm.PRF_HMAC_SHA2_256,
                IntegrityAlgorithm.HMAC_SHA2_256_128, KeGroup.CURVE_25519))
                .hasToString("IKE:AES_CBC_128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519");
        assertThat(new IkeSuite(EncryptionAlgorithm.AES_GCM_16, 256, PrfAlgorithm.PRF_HMAC_SHA2_384, null,
                KeGroup.ECP_384)).hasToString("IKE:AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_384");
    }

    @Test
    void esp() {
        assertThat(new EspSuite(EncryptionAlgorithm.AES_GCM_16, 128, null, null, false))
                .hasToString("ESP:AES_GCM_16_128/NO_EXT_SEQ");
        assertThat(new EspSuite(EncryptionAlgorithm.CHACHA20_POLY1305, 256, null, KeGroup.CURVE_25519, true))
                .hasToString("ESP:CHACHA20_POLY1305/CURVE_25519/EXT_SEQ");
        assertThat(new EspSuite(EncryptionAlgorithm.AES_CBC, 256, IntegrityAlgorithm.HMAC_SHA2_512_256, null, true))
                .hasToString("ESP:AES_CBC_256/HMAC_SHA2_512_256/EXT_SEQ");
    }
}
