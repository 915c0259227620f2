package dev.keylane.steering.ntuple;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What drivers make of rules for ESP, from their source; of others a rule on trial tells. */
final class RuleDrivers {
    private static final Set<String> MATCH_SPIS = Set.of("iavf", "gve", "niu");
    private static final String SPI_IGNORED = "takes rules for ESP but does not look at the SPI";
    private static final Map<String, String> DO_NOT = Map.of(
            "mlx5_core", "takes no rules for ESP",
            "octeontx2-nicpf", SPI_IGNORED, "octeontx2-nicvf", SPI_IGNORED,
            "rvu-nicpf", SPI_IGNORED, "rvu-nicvf", SPI_IGNORED);

    private RuleDrivers() {
    }

    static boolean matchesSpis(String driver) {
        return MATCH_SPIS.contains(driver);
    }

    /** Why a driver must not be tried. */
    static Optional<String> doesNot(String driver) {
        return Optional.ofNullable(DO_NOT.get(driver)).map(what -> "the driver " + driver + " " + what);
    }
}
