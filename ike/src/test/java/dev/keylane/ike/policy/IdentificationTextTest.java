package dev.keylane.ike.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.text.Parsed;
import dev.keylane.ike.wire.Octets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentificationTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            // text | type | data | printed
            "%any | 0 | | %any",
            "%any6 | 0 | | %any",
            "* | 0 | | %any",
            "0.0.0.0 | 0 | | %any",
            ":: | 0 | | %any",
            "192.0.2.1 | 1 | c0000201 | 192.0.2.1",
            "2001:db8::1 | 5 | 20010db8000000000000000000000001 | 2001:db8::1",
            "host1 | 2 | 686f737431 | host1",
            "@host1 | 2 | 686f737431 | host1",
            "@192.0.2.1 | 2 | 3139322e302e322e31 | 192.0.2.1",
            "a@b | 3 | 614062 | a@b",
            "@@a@b | 3 | 614062 | a@b",
            "@#0aFF | 11 | 0aff | 0a:ff",
            "@#68:6f:7374 | 11 | 686f7374 | host",
            "@#abc | 11 | 0abc | 0a:bc",
            "host:1 | 11 | 686f73743a31 | host:1",
            "ipv4:192.0.2.1 | 1 | c0000201 | 192.0.2.1",
            "ipv4:#c0000201 | 1 | c0000201 | 192.0.2.1",
            "IPv6:2001:db8::1 | 5 | 20010db8000000000000000000000001 | 2001:db8::1",
            "fqdn:192.0.2.1 | 2 | 3139322e302e322e31 | 192.0.2.1",
            "dns:host1 | 2 | 686f737431 | host1",
            "fqdn:#686f | 2 | 686f | ho",
            "rfc822:host1 | 3 | 686f737431 | host1",
            "email:a@b | 3 | 614062 | a@b",
            "userfqdn:a@b | 3 | 614062 | a@b",
            "keyid:a=b | 11 | 613d62 | a=b",
            "keyid:#00ff | 11 | 00ff | 00:ff",
            "{11}:abc | 11 | 616263 | abc",
            "{2}:#6162 | 2 | 6162 | ab",
            "{1}:192.0.2.1 | 1 | c0000201 | 192.0.2.1",
            "{200}:abc | 200 | 616263 | (unknown ID type: 200)",
            "asn1gn:#8200 | 10 | 8200 | (ASN.1 general name)",
            "asn1dn:CN=y | 9 | 300c310a300806035504031301 79 | CN=y",
            "CN=y | 9 | 300c310a300806035504031301 79 | CN=y",
            // These octets are what Python's cryptography makes of the same names and string types.
            "C=DE, O=x, CN=y | 9 | 3025310b3009060355040613024445310a3008060355040a130178310a3008060355040313017 9"
                    + " | C=DE, O=x, CN=y",
            "/C=DE/O=x/CN=y | 9 | 3025310b3009060355040613024445310a3008060355040a130178310a30080603550403130179"
                    + " | C=DE, O=x, CN=y",
            "emailAddress=a@b | 9 | 301431123010 06092a864886f70d010901 1603614062 | E=a@b",
            "CN=Jörg, E=a@b, DC=org, S=s, UID=u | 9 | 3058310e300c06035504030c054ac3b672673112301006092a864886f70d"
                    + "010901160361406231133011060a0992268993f22c64011913036f7267310a300806035504041301733111300f060a0992268993f22c640101130175 | CN=J??rg, E=a@b, DC=org, S=s, UID=u",
    })
    void textAndOctetsAsStrongSwanHasThem(String text, int type, String data, String printed) {
        Identification id = Identification.parse(text);
        assertThat(id.type()).isEqualTo(type);
        assertThat(id.data()).isEqualTo(Octets.ofHex(data == null ? "" : data));
        assertThat(id.toString()).isEqualTo(printed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "ipv4:host | not an IPv4 address: \"host\"",
            "ipv4:2001:db8::1 | not an IPv4 address: \"2001:db8::1\"",
            "ipv6:192.0.2.1 | not an IPv6 address: \"192.0.2.1\"",
            "ipv4:#c00002 | an address of 3 octets: \"ipv4:#c00002\"",
            "@#xyz | not hexadecimal digits behind #: \"@#xyz\"",
            "@# | not hexadecimal digits behind #: \"@#\"",
            "@ | an identity without a value",
            "fqdn: | an identity without a value",
            "{0}:x | no such identity type: \"{0}:x\"",
            "{256}:x | no such identity type: \"{256}:x\"",
            "asn1gn:x | a general name must be given as # and hexadecimal digits: \"x\"",
            "fqdn:^.*$ | a regular expression as identity is not supported by keylane yet: \"fqdn:^.*$\"",
            "10.0.0.0/8 | a subnet or range as identity is not supported by keylane yet: \"10.0.0.0/8\"",
            "10.0.0.1-10.0.0.9 | a subnet or range as identity is not supported by keylane yet: \"10.0.0.1-10.0.0.9\"",
            "2001:db8::/32 | a subnet or range as identity is not supported by keylane yet: \"2001:db8::/32\"",
            "ipv4net:10.0.0.0/8 | identity type ipv4net is not supported by keylane yet: \"ipv4net:10.0.0.0/8\"",
            "C=DE, XY=z | distinguished name \"C=DE, XY=z\": unknown attribute type \"XY\"",
            "C=DE, x | distinguished name \"C=DE, x\": \"x\" is not TYPE=VALUE",
            "=x | distinguished name \"=x\": unknown attribute type \"\"",
            "E=ü@x | distinguished name \"E=ü@x\": the value of E is not ASCII",
    })
    void whatCannotBeReadIsRefusedWithItsReason(String text, String reason) {
        assertThat(IdentificationText.read(text)).isEqualTo(Parsed.refused(reason));
        assertThatThrownBy(() -> Identification.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(reason);
    }

    @Test
    void blanksAroundNamesAndValuesDoNotCount() {
        assertThat(Identification.parse(" cn = two  words , ou= ,").toString()).isEqualTo("CN=two  words, OU=");
    }

    @Test
    void peersCannotPutControlCharactersIntoLogs() {
        Octets nasty = Octets.ofHex("61 1b 5b 33 31 6d 0a 00 e4 7f");
        assertThat(new Identification(Identification.FQDN, nasty).toString()).isEqualTo("a?[31m????");
        assertThat(new Identification(Identification.KEY_ID, nasty).toString()).isEqualTo("61:1b:5b:33:31:6d:0a:00:e4:7f");
        assertThat(new Identification(Identification.IPV4_ADDR, nasty).toString()).isEqualTo("(invalid ID_IPV4_ADDR)");
        assertThat(new Identification(Identification.IPV6_ADDR, nasty).toString()).isEqualTo("(invalid ID_IPV6_ADDR)");
        assertThat(new Identification(Identification.DER_ASN1_DN, nasty).toString())
                .isEqualTo("(invalid ID_DER_ASN1_DN)");
    }

    @Test
    void anEndlessIdentityIsCutShortInPrint() {
        Octets endless = Octets.wrap("x".repeat(60_000).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(new Identification(Identification.FQDN, endless).toString()).hasSize(511).endsWith("xxx...");
        assertThat(new Identification(Identification.KEY_ID, endless).toString()).hasSize(511);
    }

    @Test
    void anUnknownAttributeTypeIsPrintedByItsIdentifier() {
        DistinguishedName name = new DistinguishedName(java.util.List.of(new DistinguishedName.Attribute(
                Octets.ofHex("2a0304"), Der.UTF8_STRING, Octets.ofHex("41c3a4"))));
        assertThat(new Identification(Identification.DER_ASN1_DN, name.toDer()).toString()).isEqualTo("2a:03:04=A??");
    }

    @Test
    void anyTextIsReadOrRefusedAndPrints() {
        Random random = new Random(31);
        String[] bits = {"@", "#", "=", ":", "{", "}", "1", "192.0.2.1", "::", ",", "/", "C", "CN", "ü", " ", "\0",
                "keyid", "fqdn", "asn1dn", "*", "^", "$", "-", "ff", "\n"};
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(8); n >= 0; n--) {
                text.append(bits[random.nextInt(bits.length)]);
            }
            IdentificationText.read(text.toString()).asOptional()
                    .ifPresent(id -> assertThat(id.toString()).matches("[\\x20-\\x7e]*"));
        }
    }

    @Test
    void anyOctetsOfAPeerPrint() {
        Random random = new Random(32);
        byte[] good = Identification.parse("C=DE, O=x, CN=y").data().toByteArray();
        for (int i = 0; i < 50_000; i++) {
            byte[] data = good.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                data[random.nextInt(data.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(data.length) : data.length;
            Identification id = new Identification(random.nextInt(4) == 0 ? random.nextInt(14) : 9,
                    Octets.copyOf(data, 0, length));
            assertThat(id.toString()).matches("[\\x20-\\x7e]*");
        }
    }

    @Test
    void aLongNameOfManyTinyElementsIsReadInReasonableTime() {
        byte[] der = new byte[60_000];
        der[0] = 0x30;
        der[1] = (byte) 0x82;
        der[2] = (byte) ((der.length - 4) >> 8);
        der[3] = (byte) (der.length - 4);
        for (int i = 4; i < der.length; i += 2) {
            der[i] = 0x31;
        }
        assertThat(DistinguishedName.ofDer(Octets.wrap(der))).isEmpty();
    }

    @Test
    void longNamesTakeLongLengths() {
        Identification id = Identification.parse("CN=" + "x".repeat(300));
        assertThat(id.data().slice(0, 4)).isEqualTo(Octets.ofHex("3082013d"));
        assertThat(id.toString()).isEqualTo("CN=" + "x".repeat(300));
        assertThat(IdentificationText.read("CN=" + "x".repeat(3000))).isInstanceOf(Parsed.Refused.class);
    }
}
