package dev.keylane.ike.proposal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.wire.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProposalSelectionTest {
    private static final Octets SPI = Octets.ofHex("c0ffee01");

    private static List<Proposal> numbered(List<Proposal> proposals) {
        List<Proposal> numbered = new ArrayList<>();
        proposals.forEach(p -> numbered.add(p.numbered(numbered.size() + 1, SPI)));
        return numbered;
    }

    private static List<Proposal> ike(String text) {
        return numbered(ProposalText.parseIke(text).orElseThrow());
    }

    private static List<Proposal> esp(String text) {
        return numbered(ProposalText.parseEsp(text).orElseThrow());
    }

    private static Proposal with(Proposal proposal, Transform... more) {
        List<Transform> transforms = new ArrayList<>(proposal.transforms());
        transforms.addAll(List.of(more));
        return new Proposal(proposal.number(), proposal.protocol(), proposal.spi(), transforms);
    }

    private static Proposal without(Proposal proposal, TransformType type) {
        return new Proposal(proposal.number(), proposal.protocol(), proposal.spi(),
                proposal.transforms().stream().filter(t -> !t.is(type)).toList());
    }

    private static String answer(Optional<? extends Chosen<?>> chosen) {
        return chosen.map(c -> c.answer().number() + " " + ProposalText.print(c.answer())).orElse("none");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            // own | offered | own order | peer's order
            "default | default | 1 IKE:AES_GCM_16_128/PRF_HMAC_SHA2_256/CURVE_25519"
                    + " | 1 IKE:AES_GCM_16_128/PRF_HMAC_SHA2_256/CURVE_25519",
            "aes256gcm16-prfsha384-ecp384, aes128-sha256-x25519 | aes128-sha256-x25519, aes256gcm16-prfsha384-ecp384"
                    + " | 2 IKE:AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_384"
                    + " | 1 IKE:AES_CBC_128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519",
            "aes128-aes256-sha256-x25519-ecp256 | aes256-aes128-sha256-ecp256-x25519"
                    + " | 1 IKE:AES_CBC_128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519"
                    + " | 1 IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/ECP_256",
            "aes128-sha256-x25519 | aes256-sha256-x25519 | none | none",
            "aes128-sha256-x25519 | aes128-sha384-x25519 | none | none",
            "aes128-sha256-x25519 | aes128-sha256-ecp256 | none | none",
            "aes128-sha256-prfsha256-x25519 | aes128-sha256-prfsha512-x25519 | none | none",
            "aes128gcm16-prfsha256-x25519 | chacha20poly1305-prfsha256-x25519 | none | none",
    })
    void ikeSelection(String own, String offered, String byOwn, String byPeer) {
        assertThat(answer(ProposalSelection.ike(ike(own), ike(offered), true))).isEqualTo(byOwn);
        assertThat(answer(ProposalSelection.ike(ike(own), ike(offered), false))).isEqualTo(byPeer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "aes128gcm128-x25519-esn | aes128gcm16-x25519-esn | 1 ESP:AES_GCM_16_128/CURVE_25519/EXT_SEQ",
            "aes128gcm16-esn | aes128gcm16-noesn | none",
            "aes128gcm16 | aes128gcm16-esn-noesn | 1 ESP:AES_GCM_16_128/NO_EXT_SEQ",
            "default | aes128gcm16-esn | 1 ESP:AES_GCM_16_128/EXT_SEQ",
            "default | aes128gcm16-x25519-none-noesn | 1 ESP:AES_GCM_16_128/CURVE_25519/NO_EXT_SEQ",
            "aes128gcm16 | aes128gcm16-x25519 | none",
            "aes128gcm16 | aes128gcm16-x25519-none | 1 ESP:AES_GCM_16_128/NONE/NO_EXT_SEQ",
            "aes128gcm16-x25519 | aes128gcm16 | none",
            "aes128gcm16-x25519-none | aes128gcm16 | 1 ESP:AES_GCM_16_128/NO_EXT_SEQ",
            "aes128gcm16-x25519-none | aes128gcm16-ecp256-none | 1 ESP:AES_GCM_16_128/NONE/NO_EXT_SEQ",
            "aes256-sha512 | aes256-sha256-sha512 | 1 ESP:AES_CBC_256/HMAC_SHA2_512_256/NO_EXT_SEQ",
            "aes256-sha512 | aes256gcm16 | none",
    })
    void espSelection(String own, String offered, String answer) {
        assertThat(answer(ProposalSelection.esp(esp(own), esp(offered), true))).isEqualTo(answer);
        assertThat(answer(ProposalSelection.esp(esp(own), esp(offered), false))).isEqualTo(answer);
    }

    @Test
    void theSuiteSaysWhatWasAgreed() {
        assertThat(ProposalSelection.ike(ike("default"), ike("aes256-sha384-ecp384"), true).orElseThrow().suite())
                .isEqualTo(new IkeSuite(EncryptionAlgorithm.AES_CBC, 256, PrfAlgorithm.PRF_HMAC_SHA2_384,
                        IntegrityAlgorithm.HMAC_SHA2_384_192, KeGroup.ECP_384));
        assertThat(ProposalSelection.esp(esp("default"), esp("chacha20poly1305-x25519-esn"), true).orElseThrow()
                .suite()).isEqualTo(new EspSuite(EncryptionAlgorithm.CHACHA20_POLY1305, 256, null,
                KeGroup.CURVE_25519, true));
        assertThat(ProposalSelection.esp(esp("default"), esp("aes128gcm16"), true).orElseThrow().suite())
                .isEqualTo(new EspSuite(EncryptionAlgorithm.AES_GCM_16, 128, null, null, false));
    }

    @Test
    void theAnswerKeepsTheOffersSpi() {
        Proposal answer = ProposalSelection.esp(ProposalText.parseEsp("default").orElseThrow(),
                esp("aes128gcm16"), true).orElseThrow().answer();
        assertThat(answer.spi()).isEqualTo(SPI);
        assertThat(answer.number()).isEqualTo(1);
    }

    @Test
    void anUnknownTransformTypeSpoilsItsProposalAlone() {
        List<Proposal> offered = ike("aes128-sha256-x25519, aes256-sha256-x25519");
        List<Proposal> spoiled = List.of(with(offered.get(0), new Transform(6, 36, 0, false)), offered.get(1));
        assertThat(answer(ProposalSelection.ike(ike("aes128-aes256-sha256-x25519"), spoiled, true)))
                .isEqualTo("2 IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519");
        Proposal prfInEsp = with(esp("aes128gcm16").getFirst(), new Transform(2, 5, 0, false));
        assertThat(ProposalSelection.esp(esp("default"), List.of(prfInEsp), true)).isEmpty();
    }

    @Test
    void anUnknownIdOrAttributeSpoilsItsTransformAlone() {
        Proposal offer = ike("aes128-sha256-x25519").getFirst();
        Proposal mixed = new Proposal(1, 1, SPI, List.of(new Transform(1, 999, 128, false),
                new Transform(1, 12, 256, true), new Transform(1, 12, 128, false), new Transform(2, 5, 0, false),
                new Transform(3, 12, 0, false), new Transform(4, 1000, 0, false), new Transform(4, 31, 0, false)));
        assertThat(answer(ProposalSelection.ike(ike("aes256-aes128-sha256-x25519"), List.of(mixed), true)))
                .isEqualTo("1 " + ProposalText.print(offer));
    }

    @Test
    void keyLengthsMatchOnlyWhenTheyAreTheSame() {
        Transform noLength = new Transform(1, 20, 0, false);
        Transform chachaWithLength = new Transform(1, 28, 256, false);
        Proposal rest = without(esp("aes128gcm16").getFirst(), TransformType.ENCR);
        assertThat(ProposalSelection.esp(esp("default"), List.of(with(rest, noLength)), true)).isEmpty();
        assertThat(ProposalSelection.esp(esp("default"), List.of(with(rest, chachaWithLength)), true)).isEmpty();
    }

    @Test
    void anAeadGoesWithoutIntegrityOrWithNone() {
        Proposal aead = esp("aes128gcm16").getFirst();
        Transform none = Transform.of(TransformType.INTEG, 0);
        Transform sha = Transform.of(TransformType.INTEG, 12);
        assertThat(answer(ProposalSelection.esp(esp("default"), List.of(with(aead, none)), true)))
                .isEqualTo("1 ESP:AES_GCM_16_128/NONE/NO_EXT_SEQ");
        assertThat(ProposalSelection.esp(esp("default"), List.of(with(aead, sha)), true)).isEmpty();
        // A careless peer that mixes both kinds gets the one that its integrity algorithms fit.
        Proposal mixed = with(aead, sha, Transform.of(EncryptionAlgorithm.AES_CBC, 128));
        assertThat(answer(ProposalSelection.esp(esp("default"), List.of(mixed), true)))
                .isEqualTo("1 ESP:AES_CBC_128/HMAC_SHA2_256_128/NO_EXT_SEQ");
        // Integrity NONE never goes with a classic cipher, whatever either side lists.
        Proposal bare = with(without(esp("aes128-sha256").getFirst(), TransformType.INTEG), none);
        assertThat(ProposalSelection.esp(List.of(bare), List.of(bare), true)).isEmpty();
    }

    @Test
    void anIkeSaNeedsEveryTypeAndAGroup() {
        Proposal full = ike("aes128-sha256-x25519").getFirst();
        for (TransformType type : List.of(TransformType.ENCR, TransformType.PRF, TransformType.INTEG,
                TransformType.KE)) {
            assertThat(ProposalSelection.ike(ike("default"), List.of(without(full, type)), true)).isEmpty();
        }
        Proposal noGroup = with(without(full, TransformType.KE), Transform.of(TransformType.KE, 0));
        assertThat(ProposalSelection.ike(List.of(noGroup), List.of(noGroup), true)).isEmpty();
    }

    @Test
    void anEspOfferWithoutSequenceNumbersMeansShortOnes() {
        Proposal old = without(esp("aes128gcm16").getFirst(), TransformType.ESN);
        assertThat(answer(ProposalSelection.esp(esp("default"), List.of(old), true)))
                .isEqualTo("1 ESP:AES_GCM_16_128");
        assertThat(ProposalSelection.esp(esp("aes128gcm16-esn"), List.of(old), true)).isEmpty();
    }

    @Test
    void protocolsAreNotMixed() {
        Proposal ah = new Proposal(1, ProtocolId.AH.id(), SPI, esp("aes128gcm16").getFirst().transforms());
        assertThat(ProposalSelection.esp(esp("default"), List.of(ah), true)).isEmpty();
        assertThat(ProposalSelection.ike(ike("default"), esp("aes128gcm16"), true)).isEmpty();
    }

    @Test
    void everySelectionPassesTheInitiatorsCheck() {
        for (String own : List.of("default", "aes256gcm16-prfsha384-ecp384, aes128-sha256-x25519")) {
            for (boolean preferOwn : new boolean[] {true, false}) {
                Chosen<IkeSuite> chosen = ProposalSelection.ike(ike(own), ike("default"), preferOwn).orElseThrow();
                assertThat(ProposalSelection.checkIkeAnswer(ike("default"), chosen.answer()))
                        .contains(chosen.suite());
            }
        }
        Chosen<EspSuite> chosen = ProposalSelection.esp(esp("aes128gcm16-noesn"), esp("default"), true).orElseThrow();
        assertThat(ProposalSelection.checkEspAnswer(esp("default"), chosen.answer())).contains(chosen.suite());
    }

    @Test
    void anAnswerThatIsNoSelectionIsRefused() {
        List<Proposal> sent = ike("aes128gcm16-prfsha256-x25519, aes128-sha256-x25519");
        Proposal good = ike("aes128-sha256-x25519").getFirst().numbered(2, SPI);
        assertThat(ProposalSelection.checkIkeAnswer(sent, good)).isPresent();
        assertThat(ProposalSelection.checkIkeAnswer(sent, good.numbered(1, SPI))).isEmpty();
        assertThat(ProposalSelection.checkIkeAnswer(sent, good.numbered(3, SPI))).isEmpty();
        assertThat(ProposalSelection.checkIkeAnswer(sent, ike("aes256-sha256-x25519").getFirst().numbered(2, SPI)))
                .isEmpty();
        assertThat(ProposalSelection.checkIkeAnswer(sent, with(good, Transform.of(TransformType.KE, 31)))).isEmpty();
        assertThat(ProposalSelection.checkIkeAnswer(sent, without(good, TransformType.INTEG))).isEmpty();
        assertThat(ProposalSelection.checkIkeAnswer(ike("default"), ike("default").getFirst())).isEmpty();
    }

    @Test
    void anAnswerMayNotDropForwardSecrecyOrLongSequenceNumbersThatWereDemanded() {
        List<Proposal> sent = esp("aes128gcm16-x25519-esn");
        Proposal good = sent.getFirst();
        assertThat(ProposalSelection.checkEspAnswer(sent, good)).isPresent();
        assertThat(ProposalSelection.checkEspAnswer(sent, without(good, TransformType.KE))).isEmpty();
        assertThat(ProposalSelection.checkEspAnswer(sent, without(good, TransformType.ESN))).isEmpty();
        assertThat(ProposalSelection.checkEspAnswer(sent, esp("aes128gcm16-x25519-noesn").getFirst())).isEmpty();
    }
}
