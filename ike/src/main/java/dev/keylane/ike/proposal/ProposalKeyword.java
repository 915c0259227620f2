package dev.keylane.ike.proposal;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The words of strongSwan's proposals: those we speak, and by shape those that only strongSwan does. */
final class ProposalKeyword {
    private ProposalKeyword() {
    }

    static Optional<Transform> transform(String word) {
        return Optional.ofNullable(SPOKEN.get(word));
    }

    /** Whether strongSwan would accept a word that we do not. */
    static boolean isKnownElsewhere(String word) {
        return ELSEWHERE.matcher(word).matches();
    }

    private static final Map<String, Transform> SPOKEN = new HashMap<>();

    static {
        add(Transform.of(EncryptionAlgorithm.AES_CBC, 128), "aes", "aes128");
        add(Transform.of(EncryptionAlgorithm.AES_CBC, 256), "aes256");
        add(Transform.of(EncryptionAlgorithm.AES_GCM_16, 128), "aes128gcm", "aes128gcm16", "aes128gcm128");
        add(Transform.of(EncryptionAlgorithm.AES_GCM_16, 256), "aes256gcm", "aes256gcm16", "aes256gcm128");
        add(Transform.of(EncryptionAlgorithm.CHACHA20_POLY1305, 256), "chacha20poly1305");
        integrity(IntegrityAlgorithm.HMAC_SHA2_256_128, "sha256", "sha2_256");
        integrity(IntegrityAlgorithm.HMAC_SHA2_384_192, "sha384", "sha2_384");
        integrity(IntegrityAlgorithm.HMAC_SHA2_512_256, "sha512", "sha2_512");
        prf(PrfAlgorithm.PRF_HMAC_SHA2_256, "prfsha256");
        prf(PrfAlgorithm.PRF_HMAC_SHA2_384, "prfsha384");
        prf(PrfAlgorithm.PRF_HMAC_SHA2_512, "prfsha512");
        group(KeGroup.MODP_2048, "modp2048");
        group(KeGroup.MODP_3072, "modp3072");
        group(KeGroup.ECP_256, "ecp256");
        group(KeGroup.ECP_384, "ecp384");
        group(KeGroup.CURVE_25519, "x25519", "curve25519");
        add(Transform.of(TransformType.KE, 0), "none", "modpnone");
        add(Transform.of(TransformType.ESN, 1), "esn");
        add(Transform.of(TransformType.ESN, 0), "noesn");
    }

    private static void integrity(IntegrityAlgorithm algorithm, String... words) {
        add(Transform.of(TransformType.INTEG, algorithm.id()), words);
    }

    private static void prf(PrfAlgorithm algorithm, String... words) {
        add(Transform.of(TransformType.PRF, algorithm.id()), words);
    }

    private static void group(KeGroup group, String... words) {
        add(Transform.of(TransformType.KE, group.id()), words);
    }

    private static void add(Transform transform, String... words) {
        for (String word : words) {
            SPOKEN.put(word, transform);
        }
    }

    private static final Pattern ELSEWHERE = Pattern.compile(String.join("|",
            "null|3?des|cast128|(blowfish|serpent|twofish|camellia)(128|192|256)?|aes192",
            "(aes|camellia)(128|192|256)(ctr|ccm(8|12|16|64|96|128)?)|aes(128|192|256)(gmac|gcm(8|12|16|64|96|128)?)",
            "chacha20poly1305compat",
            "sha|sha1|sha1_160|sha(2_)?256_96|md5|md5_128|(prf)?(aesxcbc|aescmac|camelliaxcbc)|prfsha1|prfmd5",
            "modp(null|768|1024|1536|4096|6144|8192)|modp(1024s160|2048s224|2048s256)",
            "ecp(192|224|521)|ecp(224|256|384|512)bp|curve448|x448|ntru(112|128|192|256)",
            "ke[1-7]_[a-z0-9]+|mlkem(512|768|1024)|(kyber|ntrup|ntrur|saber|bike|frodoa|frodos|hqc|sike)[1-5]"));
}
