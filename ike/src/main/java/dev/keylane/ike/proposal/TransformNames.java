package dev.keylane.ike.proposal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Names of transforms as charon prints them, those we do not speak included: they turn up in peers' offers. */
final class TransformNames {
    private TransformNames() {
    }

    static String print(Proposal proposal) {
        String protocol = ProtocolId.of(proposal.protocol()).map(Enum::name)
                .orElse("(" + proposal.protocol() + ")");
        List<String> names = new ArrayList<>();
        for (TransformType type : PRINTED) {
            proposal.ofType(type).forEach(t -> names.add(name(type, t)));
        }
        proposal.transforms().stream().filter(t -> TransformType.of(t.type()).isEmpty())
                .forEach(t -> names.add("UNKNOWN_" + t.type() + "_" + t.id()));
        return protocol + ":" + String.join("/", names);
    }

    static String name(TransformType type, Transform transform) {
        int id = transform.id();
        Optional<String> spoken = switch (type) {
            case ENCR -> EncryptionAlgorithm.of(id).map(Enum::name);
            case PRF -> PrfAlgorithm.of(id).map(Enum::name);
            case INTEG -> IntegrityAlgorithm.of(id).map(Enum::name);
            case KE -> KeGroup.of(id).map(Enum::name);
            case ESN -> Optional.empty();
        };
        String name = spoken.orElseGet(() -> others(type).getOrDefault(id, "(" + id + ")"));
        return transform.keyBits() == 0 ? name : name + "_" + transform.keyBits();
    }

    private static Map<Integer, String> others(TransformType type) {
        return switch (type) {
            case ENCR -> ENCR;
            case PRF -> PRF;
            case INTEG -> INTEG;
            case KE -> KE;
            case ESN -> ESN;
        };
    }

    private static final List<TransformType> PRINTED = List.of(TransformType.ENCR, TransformType.INTEG,
            TransformType.PRF, TransformType.KE, TransformType.ESN);

    private static final Map<Integer, String> ENCR = Map.ofEntries(Map.entry(2, "DES_CBC"), Map.entry(3, "3DES_CBC"),
            Map.entry(11, "NULL"), Map.entry(13, "AES_CTR"), Map.entry(14, "AES_CCM_8"), Map.entry(15, "AES_CCM_12"),
            Map.entry(16, "AES_CCM_16"), Map.entry(18, "AES_GCM_8"), Map.entry(19, "AES_GCM_12"),
            Map.entry(21, "NULL_AES_GMAC"), Map.entry(23, "CAMELLIA_CBC"), Map.entry(24, "CAMELLIA_CTR"));
    private static final Map<Integer, String> PRF = Map.of(1, "PRF_HMAC_MD5", 2, "PRF_HMAC_SHA1",
            4, "PRF_AES128_XCBC", 8, "PRF_AES128_CMAC");
    private static final Map<Integer, String> INTEG = Map.of(0, "NONE", 1, "HMAC_MD5_96", 2, "HMAC_SHA1_96",
            5, "AES_XCBC_96", 8, "AES_CMAC_96", 9, "AES_128_GMAC", 10, "AES_192_GMAC", 11, "AES_256_GMAC");
    private static final Map<Integer, String> KE = Map.ofEntries(Map.entry(0, "NONE"), Map.entry(1, "MODP_768"),
            Map.entry(2, "MODP_1024"), Map.entry(5, "MODP_1536"), Map.entry(16, "MODP_4096"),
            Map.entry(17, "MODP_6144"), Map.entry(18, "MODP_8192"), Map.entry(21, "ECP_521"),
            Map.entry(22, "MODP_1024_160"), Map.entry(23, "MODP_2048_224"), Map.entry(24, "MODP_2048_256"),
            Map.entry(25, "ECP_192"), Map.entry(26, "ECP_224"), Map.entry(27, "ECP_224_BP"),
            Map.entry(28, "ECP_256_BP"), Map.entry(29, "ECP_384_BP"), Map.entry(30, "ECP_512_BP"),
            Map.entry(32, "CURVE_448"), Map.entry(35, "ML_KEM_512"), Map.entry(36, "ML_KEM_768"),
            Map.entry(37, "ML_KEM_1024"));
    private static final Map<Integer, String> ESN = Map.of(0, "NO_EXT_SEQ", 1, "EXT_SEQ");
}
