package dev.keylane.ike.wire.payload;

import static dev.keylane.ike.wire.PayloadType.AUTH;
import static dev.keylane.ike.wire.PayloadType.CERT;
import static dev.keylane.ike.wire.PayloadType.CERTREQ;
import static dev.keylane.ike.wire.PayloadType.CP;
import static dev.keylane.ike.wire.PayloadType.DELETE;
import static dev.keylane.ike.wire.PayloadType.EAP;
import static dev.keylane.ike.wire.PayloadType.ID_I;
import static dev.keylane.ike.wire.PayloadType.ID_R;
import static dev.keylane.ike.wire.PayloadType.KE;
import static dev.keylane.ike.wire.PayloadType.NONCE;
import static dev.keylane.ike.wire.PayloadType.NOTIFY;
import static dev.keylane.ike.wire.PayloadType.SA;
import static dev.keylane.ike.wire.PayloadType.TS_I;
import static dev.keylane.ike.wire.PayloadType.TS_R;
import static dev.keylane.ike.wire.PayloadType.VENDOR_ID;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.Transform;
import dev.keylane.ike.proposal.TransformType;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadChain;
import dev.keylane.ike.wire.Wire;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The quartet for every payload: parse, emit, too short at every truncation, round trip. */
class PayloadCodecTest {
    /**
     * @param body     octets written down from the figures of RFC 7296 §3.3 to §3.15
     * @param shortest bodies shorter than this are malformed, the others valid with less data
     */
    record Vector(int type, Octets body, int shortest, Payload payload) {
        static Vector of(int type, String hex, int shortest, Payload payload) {
            return new Vector(type, Octets.ofHex(hex), shortest, payload);
        }

        /** Every length counts: nothing shorter is valid. */
        static Vector exact(int type, String hex, Payload payload) {
            return of(type, hex, Octets.ofHex(hex).length(), payload);
        }

        @Override
        public String toString() {
            return payload.toString();
        }
    }

    static Stream<Vector> vectors() {
        return Stream.of(
                Vector.exact(SA, "02000020 01030402 c0ffee01 0300000c 01000014 800e0080 00000008 05000001"
                        + "00000018 02030401 c0ffee01 0000000c 0100000c 800e0100",
                        new SaPayload(List.of(
                                new Proposal(1, 3, Octets.ofHex("c0ffee01"), List.of(
                                        Transform.of(EncryptionAlgorithm.AES_GCM_16, 128),
                                        Transform.of(TransformType.ESN, 1))),
                                new Proposal(2, 3, Octets.ofHex("c0ffee01"), List.of(
                                        Transform.of(EncryptionAlgorithm.AES_CBC, 256)))))),
                Vector.of(KE, "001f0000 0102030405", 4, new KePayload(31, Octets.of(1, 2, 3, 4, 5))),
                Vector.of(ID_I, "02000000 686f737431", 4, new IdPayload(true, fqdn("host1"))),
                Vector.of(ID_I, "02010203 686f737431", 4, new IdPayload(true, fqdn("host1"), 0x010203)),
                Vector.of(ID_R, "02000000 686f737432", 4, new IdPayload(false, fqdn("host2"))),
                Vector.exact(ID_R, "01000000 c0000201",
                        new IdPayload(false, new Identification(1, Octets.of(192, 0, 2, 1)))),
                Vector.exact(ID_I, "05000000 20010db8000000000000000000000001",
                        new IdPayload(true, new Identification(5, IpAddress.of("2001:db8::1").octets()))),
                Vector.of(CERT, "04 3082", 1, new CertPayload(4, Octets.of(0x30, 0x82))),
                Vector.of(CERTREQ, "04 aabb", 1, new CertRequestPayload(4, Octets.of(0xaa, 0xbb))),
                Vector.of(AUTH, "02000000 0a0b0c", 4, new AuthPayload(AuthPayload.SHARED_KEY, Octets.of(10, 11, 12))),
                Vector.of(NONCE, "00112233445566778899aabbccddeeff 01", 16,
                        new NoncePayload(Octets.ofHex("00112233445566778899aabbccddeeff01"))),
                Vector.of(NOTIFY, "03044009 c0ffee01 aa", 8, new NotifyPayload(3,
                        Octets.ofHex("c0ffee01"), NotifyType.REKEY_SA, Octets.of(0xaa))),
                Vector.of(NOTIFY, "0000403c 00000003", 4,
                        NotifyPayload.of(NotifyType.SA_RESOURCE_INFO, Octets.of(0, 0, 0, 3))),
                Vector.exact(DELETE, "03040002 c0ffee01 c0ffee02",
                        new DeletePayload(3, List.of(Octets.ofHex("c0ffee01"), Octets.ofHex("c0ffee02")))),
                Vector.exact(DELETE, "01000000", new DeletePayload(1, List.of())),
                Vector.exact(DELETE, "03040000", new DeletePayload(3, List.of())),
                Vector.of(VENDOR_ID, "6b65796c616e65", 0, new VendorIdPayload(Octets.ofHex("6b65796c616e65"))),
                Vector.exact(TS_I, "02000000 07110010 12b512b5 03030302 03030302 07000010 0000ffff 0a000000 0affffff",
                        new TsPayload(true, List.of(
                                new TrafficSelector(17, 4789, 4789, IpAddress.of("3.3.3.2"), IpAddress.of("3.3.3.2")),
                                TrafficSelector.subnet(IpAddress.of("10.0.0.0"), 8)))),
                Vector.exact(TS_R, "01000000 083a0028 ffff0000 20010db8000000000000000000000000"
                        + "20010db80000000000000000000000ff",
                        new TsPayload(false, List.of(new TrafficSelector(58, 0xffff, 0, IpAddress.of("2001:db8::"),
                                IpAddress.of("2001:db8::ff"))))),
                Vector.of(CP, "01000000 00010000", 4, new ConfigPayload(1, Octets.of(0, 1, 0, 0))),
                Vector.of(EAP, "01020304", 0, new UnknownPayload(EAP, false, Octets.of(1, 2, 3, 4))),
                Vector.of(200, "0a", 0, new UnknownPayload(200, false, Octets.of(10))));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void parses(Vector vector) {
        assertThat(Wire.parse(vector.type(), vector.body()))
                .isEqualTo(new PayloadChain.Ok(List.of(vector.payload())));
        assertThat(vector.payload().type()).isEqualTo(vector.type());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void emits(Vector vector) {
        assertThat(Wire.emit(vector.payload())).isEqualTo(vector.body());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void isTooShortAtEveryTruncation(Vector vector) {
        for (int length = 0; length < vector.body().length(); length++) {
            PayloadChain parsed = Wire.parse(vector.type(), vector.body().slice(0, length));
            if (length < vector.shortest()) {
                assertThat(parsed).as("%d octets", length).isInstanceOf(PayloadChain.Malformed.class);
            } else {
                assertThat(parsed).as("%d octets", length).isInstanceOf(PayloadChain.Ok.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void survivesARoundTrip(Vector vector) {
        assertThat(Wire.parse(vector.type(), Wire.emit(vector.payload())))
                .isEqualTo(new PayloadChain.Ok(List.of(vector.payload())));
    }

    private static Identification fqdn(String name) {
        return new Identification(Identification.FQDN, Octets.wrap(name.getBytes(US_ASCII)));
    }
}
