package dev.keylane.xfrm.software;

import dev.keylane.xfrm.SaAlgorithms;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaOptions;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.software.esp.ReplayWindow;
import org.jspecify.annotations.Nullable;

/** What Linux refuses about a state, in its words; and what this kernel cannot do, in ours. */
final class SaRules {
    private SaRules() {
    }

    /** Null when there is nothing to refuse. */
    static @Nullable Refusal check(SaSpec sa, SaKeys keys, int cpus) {
        Refusal refusal = checkIdentity(sa, cpus);
        if (refusal == null) {
            refusal = checkReplay(sa);
        }
        if (refusal == null) {
            refusal = checkDirection(sa);
        }
        return refusal == null ? checkKeys(sa.algorithms(), keys) : refusal;
    }

    private static @Nullable Refusal checkIdentity(SaSpec sa, int cpus) {
        SaSpec.Offload offload = sa.offload();
        if (sa.id().protocol() != SaId.ESP) {
            return Refusal.EINVAL.because("Unsupported protocol");
        }
        if (sa.cpu() < SaSpec.NO_CPU || sa.cpu() >= cpus) {
            return Refusal.ERANGE.because("pCPU number too big");
        }
        // A device without offload: packet offload is refused without a word, crypto offload happens in software.
        if (offload != null && offload.packet()) {
            return Refusal.EINVAL;
        }
        if (sa.id().spi() == 0 || !sa.source().sameFamily(sa.id().destination())) {
            return Refusal.EINVAL.because("A state needs an SPI and addresses of one family");
        }
        return null;
    }

    private static @Nullable Refusal checkReplay(SaSpec sa) {
        int window = sa.replay().window();
        if (window < 0 || window > ReplayWindow.MAX_SIZE) {
            return Refusal.EINVAL.because("ESN bitmap length must be <= 128");
        }
        if (sa.direction() == SaSpec.Direction.OUT) {
            return window == 0 ? null : Refusal.EINVAL.because("Replay window should be 0 for output SA");
        }
        return sa.replay().esn() && window == 0 ? Refusal.EINVAL.because("ESN replay window must be > 0") : null;
    }

    private static @Nullable Refusal checkDirection(SaSpec sa) {
        SaOptions options = sa.options();
        if (options.tfcPad() > 0 && sa.mode() != SaSpec.Mode.TUNNEL) {
            return Refusal.EINVAL.because("TFC padding can only be used in tunnel mode");
        }
        return switch (sa.direction()) {
            case OUT -> options.decapDscp() ? flag("DECAP_DSCP", "output")
                    : options.icmp() ? flag("ICMP", "output") : null;
            case IN -> options.noPmtuDiscovery() ? flag("NOPMTUDISC", "input")
                    : options.dontEncapDscp() ? flag("DONT_ENCAP_DSCP", "input") : null;
        };
    }

    private static Refusal flag(String flag, String direction) {
        return Refusal.EINVAL.because("Flag " + flag + " should not be set for " + direction + " SA");
    }

    private static @Nullable Refusal checkKeys(SaAlgorithms algorithms, SaKeys keys) {
        if (algorithms.encryption().isAead() && algorithms.integrity() != null) {
            return Refusal.EINVAL.because(
                    "Invalid attribute combination for ESP: AEAD can't be used with AUTH, AUTH_TRUNC, CRYPT");
        }
        if (!algorithms.encryption().isAead() && algorithms.integrity() == null) {
            return Refusal.EINVAL.because("Encryption without integrity protection is not supported");
        }
        boolean lengths = keys.encryption().length() == algorithms.encryption().keyMaterialSize(algorithms.keyBits())
                && (algorithms.keyBits() == 128 || algorithms.keyBits() == 192 || algorithms.keyBits() == 256)
                && (algorithms.integrity() == null || keys.integrity() != null
                        && keys.integrity().length() == algorithms.integrity().keySize());
        return lengths ? null : Refusal.EINVAL.because("Kernel was unable to initialize cryptographic operations");
    }
}
