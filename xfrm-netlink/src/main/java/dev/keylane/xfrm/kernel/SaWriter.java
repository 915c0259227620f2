package dev.keylane.xfrm.kernel;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.netlink.NetlinkWriter;
import dev.keylane.xfrm.SaAlgorithms;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaOptions;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.SaSpec.Direction;
import dev.keylane.xfrm.SaSpec.Encap;
import dev.keylane.xfrm.SaSpec.Mode;
import dev.keylane.xfrm.SaSpec.Offload;
import dev.keylane.xfrm.XfrmCapabilities;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes XFRM_MSG_NEWSA for a kernel with certain capabilities. */
final class SaWriter {
    private static final int SA_DIR_IN = 1;
    private static final int SA_DIR_OUT = 2;
    private static final int DONT_ENCAP_DSCP = 1;
    /** The widest window of struct xfrm_usersa_info. */
    private static final int LEGACY_WINDOW = 32;
    private static final int SECONDS_NEVER = -1;
    private static final int SECONDS_BETWEEN_MAPPINGS = 5;

    private final XfrmCapabilities can;

    SaWriter(XfrmCapabilities can) {
        this.can = can;
    }

    /**
     * @param ifindex of the offload device, 0 without
     */
    void write(NetlinkWriter out, SaSpec sa, SaKeys keys, int ifindex) {
        writeState(out, sa, keys);
        Offload offload = sa.offload();
        if (offload != null) {
            UserOffload.write(out, ifindex, (sa.direction() == Direction.IN ? UserOffload.INBOUND : 0)
                    | (offload.packet() ? UserOffload.PACKET : 0));
        }
    }

    private void writeState(NetlinkWriter out, SaSpec sa, SaKeys keys) {
        int window = sa.replay().window();
        boolean extended = isExtended(sa);
        UserSaInfo.emit(out.fixed(UserSaInfo.SIZE), sa, flags(sa), extended ? 0 : window);
        writeAlgorithms(out, sa.algorithms(), keys);
        if (extended) {
            ReplayStateEsn.write(out, extendedWindow(sa));
        }
        XfrmMark.write(out, sa.id().mark());
        writeEncap(out, sa);
        writeOptions(out, sa.options());
        writeBinding(out, sa);
    }

    /**
     * For XFRM_MSG_UPDSA. The kernel wants a whole state, keys included, of which it then takes the ports and limits: the
     * keys may be anything of the right length. With a device it would make a second state there, so none is named.
     */
    void writeUpdate(NetlinkWriter out, SaSpec sa) {
        SaAlgorithms algorithms = sa.algorithms();
        IntegrityAlgorithm integrity = algorithms.integrity();
        try (Secret encryption = Secret.wrap(new byte[algorithms.encryption().keyMaterialSize(algorithms.keyBits())]);
                Secret authentication = Secret.wrap(new byte[integrity == null ? 1 : integrity.keySize()])) {
            writeState(out, sa, new SaKeys(encryption, integrity == null ? null : authentication));
        }
    }

    private static boolean isExtended(SaSpec sa) {
        return sa.replay().esn() || sa.replay().window() > LEGACY_WINDOW;
    }

    /** Kernels that know directions want no window on an outbound state, older ones want one on every ESN state. */
    private int extendedWindow(SaSpec sa) {
        boolean neededByOldKernel = !can.direction() && sa.direction() == Direction.OUT;
        return neededByOldKernel ? LEGACY_WINDOW : sa.replay().window();
    }

    private static int flags(SaSpec sa) {
        SaOptions options = sa.options();
        return (options.noEcn() ? UserSaInfo.NOECN : 0)
                | (options.decapDscp() ? UserSaInfo.DECAP_DSCP : 0)
                | (options.noPmtuDiscovery() ? UserSaInfo.NOPMTUDISC : 0)
                | (options.icmp() ? UserSaInfo.ICMP : 0)
                | (sa.mode() == Mode.TUNNEL ? UserSaInfo.AF_UNSPEC : 0)
                | (sa.replay().esn() ? UserSaInfo.ESN : 0);
    }

    private static void writeAlgorithms(NetlinkWriter out, SaAlgorithms algorithms, SaKeys keys) {
        EncryptionAlgorithm encryption = algorithms.encryption();
        if (encryption.isAead()) {
            Algo.writeAead(out, name(encryption), encryption.tagSize() * 8, keys.encryption());
            return;
        }
        IntegrityAlgorithm integrity = Objects.requireNonNull(algorithms.integrity(), "CBC without integrity");
        Secret integrityKey = Objects.requireNonNull(keys.integrity(), "no integrity key");
        Algo.writeCrypt(out, name(encryption), keys.encryption());
        // By its name alone the kernel would cut hmac(sha256) to 96 bits.
        Algo.writeAuth(out, name(integrity), integrity.checksumSize() * 8, integrityKey);
    }

    private static String name(EncryptionAlgorithm encryption) {
        return switch (encryption) {
            case AES_CBC -> "cbc(aes)";
            case AES_GCM_16 -> "rfc4106(gcm(aes))";
            case CHACHA20_POLY1305 -> "rfc7539esp(chacha20,poly1305)";
        };
    }

    private static String name(IntegrityAlgorithm integrity) {
        return switch (integrity) {
            case HMAC_SHA2_256_128 -> "hmac(sha256)";
            case HMAC_SHA2_384_192 -> "hmac(sha384)";
            case HMAC_SHA2_512_256 -> "hmac(sha512)";
        };
    }

    private static void writeEncap(NetlinkWriter out, SaSpec sa) {
        Encap encap = sa.encap();
        if (encap == null) {
            return;
        }
        EncapTmpl.write(out, encap);
        if (sa.direction() == Direction.IN && encap.sourcePort() == 0) {
            // With any source port allowed, every packet would look like a new mapping.
            out.u32(XfrmAttribute.MTIMER_THRESH, SECONDS_NEVER);
        } else if (sa.direction() == Direction.IN) {
            // Until the state has the new port, every packet would tell of it.
            out.u32(XfrmAttribute.MTIMER_THRESH, SECONDS_BETWEEN_MAPPINGS);
        }
    }

    private static void writeOptions(NetlinkWriter out, SaOptions options) {
        if (options.ifId() != 0) {
            out.u32(XfrmAttribute.IF_ID, options.ifId());
        }
        if (options.setMark().isSet()) {
            out.u32(XfrmAttribute.SET_MARK, options.setMark().value());
            out.u32(XfrmAttribute.SET_MARK_MASK, options.setMark().mask());
        }
        if (options.tfcPad() != 0) {
            out.u32(XfrmAttribute.TFCPAD, options.tfcPad());
        }
        if (options.dontEncapDscp()) {
            out.u32(XfrmAttribute.SA_EXTRA_FLAGS, DONT_ENCAP_DSCP);
        }
    }

    private void writeBinding(NetlinkWriter out, SaSpec sa) {
        if (can.direction()) {
            out.u8(XfrmAttribute.SA_DIR, sa.direction() == Direction.IN ? SA_DIR_IN : SA_DIR_OUT);
        }
        if (can.perCpu() && sa.cpu() != SaSpec.NO_CPU) {
            out.u32(XfrmAttribute.SA_PCPU, sa.cpu());
        }
    }

    /** XFRMA_SA_DIR read back; null without, or for a value that is neither. */
    static @Nullable Direction direction(int value) {
        return value == SA_DIR_IN ? Direction.IN : value == SA_DIR_OUT ? Direction.OUT : null;
    }
}
