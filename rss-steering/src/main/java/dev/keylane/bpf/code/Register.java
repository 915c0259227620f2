package dev.keylane.bpf.code;

import java.util.Locale;

/**
 * The machine's registers. R0 has results, R1 to R5 take arguments and are lost in a call, R6 to R9 survive it, R10
 * points behind the stack and cannot be written.
 */
public enum Register implements Operand {
    R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10;

    /** The lower half, as the verifier prints it. */
    String narrow() {
        return "w" + ordinal();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
