package dev.keylane.bpf.code;

/** Where an instruction takes a value from. */
public sealed interface Operand permits Register, Operand.Immediate {
    /** A number, sign-extended to 64 bits by instructions of that width. */
    record Immediate(int value) implements Operand {
        @Override
        public String toString() {
            return value > 9 || value < -9 ? (value < 0 ? "-" : "") + "0x" + Integer.toHexString(Math.abs(value))
                    : Integer.toString(value);
        }
    }
}
