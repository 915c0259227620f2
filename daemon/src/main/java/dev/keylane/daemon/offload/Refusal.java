package dev.keylane.daemon.offload;

import dev.keylane.linux.Errno;
import dev.keylane.xfrm.XfrmError;
import java.util.Locale;

/**
 * A rung that a device did not give.
 *
 * @param words the kernel's, in one line
 */
public record Refusal(Rung rung, String device, Reason reason, String words) {
    /** Few enough to be a metric's label. */
    public enum Reason {
        /** EBUSY: TC rules or another function's IPsec hold the switch of the NIC. */
        BUSY,
        /** Its tables are. */
        FULL,
        /** It does not do that, or not with these parameters. */
        UNSUPPORTED,
        NO_DEVICE,
        /** Accepted, and done by the kernel itself. */
        SOFTWARE,
        /** Accepted, and nothing is done. */
        IDLE,
        /** Another SA or policy has the name. */
        EXISTS,
        OTHER;

        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Reason of(int errno) {
            return switch (errno) {
                case Errno.EBUSY -> BUSY;
                case Errno.ENOSPC, Errno.ENOMEM, Errno.E2BIG -> FULL;
                case Errno.EINVAL, Errno.EOPNOTSUPP -> UNSUPPORTED;
                case Errno.ENODEV -> NO_DEVICE;
                case Errno.EEXIST -> EXISTS;
                default -> OTHER;
            };
        }
    }

    /**
     * @param text what was asked and how it was refused, in one line
     */
    public static Refusal of(Rung rung, String device, XfrmError error, String text) {
        return new Refusal(rung, device, Reason.of(error.errno()), text);
    }

    static Refusal software(Rung rung, String device) {
        return new Refusal(rung, device, Reason.SOFTWARE, device + " accepts it, but the kernel does it in software");
    }

    /** Of a device whose counters stand still. */
    public static Refusal idle(String device) {
        return new Refusal(Rung.PACKET, device, Reason.IDLE,
                "used, but the device's counters stand still: it encrypts nothing, or has forgotten the SA");
    }

    /** {@code packet on nic1: unable to install inbound IPsec SA (SAD) in kernel: NEWSA: EBUSY (16)}. */
    @Override
    public String toString() {
        return rung.label() + " on " + device + ": " + words;
    }
}
