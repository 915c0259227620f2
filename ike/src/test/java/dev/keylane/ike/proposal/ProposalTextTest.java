package dev.keylane.ike.proposal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.text.Parsed;
import dev.keylane.ike.wire.Octets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProposalTextTest {
    @ParameterizedTest
    @CsvSource({
            "aes128-sha256-x25519, IKE:AES_CBC_128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519",
            "aes256-sha512-prfsha384-modp3072, IKE:AES_CBC_256/HMAC_SHA2_512_256/PRF_HMAC_SHA2_384/MODP_3072",
            "aes128gcm16-prfsha256-ecp256, IKE:AES_GCM_16_128/PRF_HMAC_SHA2_256/ECP_256",
            "aes256gcm-sha384-ecp384, IKE:AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_384",
            "chacha20poly1305-prfsha512-curve25519-none, IKE:CHACHA20_POLY1305/PRF_HMAC_SHA2_512/CURVE_25519",
            "aes-aes128-sha2_256-modp2048, IKE:AES_CBC_128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048",
            "AES256-SHA384-X25519, IKE:AES_CBC_256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/CURVE_25519",
    })
    void ikeProposalsReadAsCharonPrintsThem(String text, String printed) {
        assertThat(ProposalText.parseIke(text).orElseThrow()).map(ProposalText::print).containsExactly(printed);
    }

    @ParameterizedTest
    @CsvSource({
            "aes128gcm128-x25519-esn, ESP:AES_GCM_16_128/CURVE_25519/EXT_SEQ",
            "aes128gcm16, ESP:AES_GCM_16_128/NO_EXT_SEQ",
            "aes256gcm128-noesn-esn, ESP:AES_GCM_16_256/NO_EXT_SEQ/EXT_SEQ",
            "aes256gcm16-sha256-prfsha256-esn, ESP:AES_GCM_16_256/EXT_SEQ",
            "aes256-sha512-modp2048-none-esn-noesn,"
                    + " ESP:AES_CBC_256/HMAC_SHA2_512_256/MODP_2048/NONE/EXT_SEQ/NO_EXT_SEQ",
            "chacha20poly1305-ecp384, ESP:CHACHA20_POLY1305/ECP_384/NO_EXT_SEQ",
    })
    void espProposalsReadAsCharonPrintsThem(String text, String printed) {
        assertThat(ProposalText.parseEsp(text).orElseThrow()).map(ProposalText::print).containsExactly(printed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "aes192-sha256-x25519 | \"aes192\" is not supported by keylane yet",
            "aes128gcm8-prfsha256-x25519 | \"aes128gcm8\" is not supported by keylane yet",
            "aes192gcm-prfsha256-x25519 | \"aes192gcm\" is not supported by keylane yet",
            "aes128-sha1-modp2048 | \"sha1\" is not supported by keylane yet",
            "aes128-sha256_96-modp2048 | \"sha256_96\" is not supported by keylane yet",
            "aes128-sha256-modp8192 | \"modp8192\" is not supported by keylane yet",
            "aes128-sha256-ecp521 | \"ecp521\" is not supported by keylane yet",
            "aes128-sha256-x25519-ke1_mlkem768 | \"ke1_mlkem768\" is not supported by keylane yet",
            "aes128-prfaescmac-x25519 | \"prfaescmac\" is not supported by keylane yet",
            "aes128-sha256-x25591 | \"x25591\" is not an algorithm",
            "aes128--x25519 | an algorithm is missing",
            "aes128-default | \"default\" is not an algorithm",
            "aes128gcm16-x25519 | an IKE proposal needs a PRF, such as prfsha256",
            "aes128-sha256 | an IKE proposal needs a key exchange group, such as x25519",
            "aes128-sha256-none | an IKE proposal needs a key exchange group, such as x25519",
            "sha256-x25519 | an encryption algorithm is missing",
            "aes128-prfsha256-x25519 | an integrity algorithm, such as sha256, is missing",
            "aes128-aes128gcm-sha256-x25519 | AEADs and classic encryption algorithms need proposals of their own",
            "aes128-sha256-x25519-esn | sequence numbers do not belong in an IKE proposal",
    })
    void aBadIkeProposalIsRefusedWithItsReason(String text, String reason) {
        assertThat(ProposalText.parseIke("default, " + text))
                .isEqualTo(Parsed.refused("proposal \"" + text + "\": " + reason));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "aes128-x25519 | an integrity algorithm, such as sha256, is missing",
            "null-sha256 | \"null\" is not supported by keylane yet",
            "aes128gmac | \"aes128gmac\" is not supported by keylane yet",
            "x25519-esn | an encryption algorithm is missing",
            "aes128gcm16-esn! | \"esn!\" is not an algorithm",
    })
    void aBadEspProposalIsRefusedWithItsReason(String text, String reason) {
        assertThat(ProposalText.parseEsp(text)).isEqualTo(Parsed.refused("proposal \"" + text + "\": " + reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", " ", "default,", "-"})
    void nothingIsNoProposal(String text) {
        assertThat(ProposalText.parseIke(text)).isInstanceOf(Parsed.Refused.class);
        assertThat(ProposalText.parseEsp(text)).isInstanceOf(Parsed.Refused.class);
    }

    @Test
    void defaultStandsForTheDefaultsInItsPlace() {
        assertThat(ProposalText.parseIke("default").orElseThrow()).isEqualTo(Proposals.DEFAULT_IKE);
        assertThat(ProposalText.parseEsp("default").orElseThrow()).isEqualTo(Proposals.DEFAULT_ESP);
        List<Proposal> three = ProposalText.parseIke("aes256-sha256-x25519, default").orElseThrow();
        assertThat(three.subList(1, 3)).isEqualTo(Proposals.DEFAULT_IKE);
    }

    @Test
    void theDefaultsPutAeadsX25519AndLongSequenceNumbersFirst() {
        assertThat(Proposals.DEFAULT_IKE).map(ProposalText::print).containsExactly(
                "IKE:AES_GCM_16_128/AES_GCM_16_256/CHACHA20_POLY1305/PRF_HMAC_SHA2_256/PRF_HMAC_SHA2_384"
                        + "/PRF_HMAC_SHA2_512/CURVE_25519/ECP_256/ECP_384/MODP_3072/MODP_2048",
                "IKE:AES_CBC_128/AES_CBC_256/HMAC_SHA2_256_128/HMAC_SHA2_384_192/HMAC_SHA2_512_256"
                        + "/PRF_HMAC_SHA2_256/PRF_HMAC_SHA2_384/PRF_HMAC_SHA2_512"
                        + "/CURVE_25519/ECP_256/ECP_384/MODP_3072/MODP_2048");
        assertThat(Proposals.DEFAULT_ESP).map(ProposalText::print).containsExactly(
                "ESP:AES_GCM_16_128/AES_GCM_16_256/CHACHA20_POLY1305"
                        + "/CURVE_25519/ECP_256/ECP_384/MODP_3072/MODP_2048/NONE/EXT_SEQ/NO_EXT_SEQ",
                "ESP:AES_CBC_128/AES_CBC_256/HMAC_SHA2_256_128/HMAC_SHA2_384_192/HMAC_SHA2_512_256"
                        + "/CURVE_25519/ECP_256/ECP_384/MODP_3072/MODP_2048/NONE/EXT_SEQ/NO_EXT_SEQ");
        assertThat(Proposals.withoutKe(Proposals.DEFAULT_ESP)).noneMatch(p -> p.has(TransformType.KE))
                .allMatch(p -> p.has(TransformType.ESN));
    }

    /** As far as that is left open. */
    @Test
    void longSequenceNumbersAreTakenOut() {
        assertThat(Proposals.withoutEsn(ProposalText.parseEsp("aes128gcm16-esn-noesn, aes256gcm16-esn, aes256-sha256")
                .orElseThrow())).map(ProposalText::print)
                .containsExactly("ESP:AES_GCM_16_128/NO_EXT_SEQ", "ESP:AES_CBC_256/HMAC_SHA2_256_128/NO_EXT_SEQ");
    }

    @Test
    void whatOnlyThePeerSpeaksIsPrintedToo() {
        Proposal offered = new Proposal(1, 1, Octets.EMPTY, List.of(new Transform(1, 13, 256, false),
                new Transform(1, 999, 0, false), new Transform(3, 2, 0, false), new Transform(2, 2, 0, false),
                new Transform(4, 21, 0, false), new Transform(6, 36, 0, false)));
        assertThat(ProposalText.print(offered))
                .isEqualTo("IKE:AES_CTR_256/(999)/HMAC_SHA1_96/PRF_HMAC_SHA1/ECP_521/UNKNOWN_6_36");
        assertThat(ProposalText.print(new Proposal(1, 7, Octets.EMPTY, List.of()))).isEqualTo("(7):");
    }

    @Test
    void algorithmsAreNamedAsStrongSwanNamesThem() {
        assertThat(EncryptionAlgorithm.values()).extracting(Enum::name)
                .containsExactly("AES_CBC", "AES_GCM_16", "CHACHA20_POLY1305");
        assertThat(IntegrityAlgorithm.values()).extracting(Enum::name)
                .containsExactly("HMAC_SHA2_256_128", "HMAC_SHA2_384_192", "HMAC_SHA2_512_256");
        assertThat(PrfAlgorithm.values()).extracting(Enum::name)
                .containsExactly("PRF_HMAC_SHA2_256", "PRF_HMAC_SHA2_384", "PRF_HMAC_SHA2_512");
        assertThat(KeGroup.values()).extracting(Enum::name)
                .containsExactly("MODP_2048", "MODP_3072", "ECP_256", "ECP_384", "CURVE_25519");
    }

    @Test
    void anyTextIsReadOrRefused() {
        Random random = new Random(20);
        String[] words = {"aes128", "aes128gcm16", "sha256", "prfsha256", "x25519", "none", "esn", "noesn", "default",
                "aes192", "modp1024", "ke1_mlkem768", "-", "-", "-", ",", " ", "\0", "é", "zz", "chacha20poly1305"};
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(9); n >= 0; n--) {
                text.append(words[random.nextInt(words.length)]).append(random.nextInt(3) > 0 ? "-" : "");
            }
            for (Parsed<List<Proposal>> parsed : List.of(ProposalText.parseIke(text.toString()),
                    ProposalText.parseEsp(text.toString()))) {
                assertThat(parsed.asOptional().stream().flatMap(List::stream))
                        .allMatch(p -> p.has(TransformType.ENCR));
            }
        }
    }
}
