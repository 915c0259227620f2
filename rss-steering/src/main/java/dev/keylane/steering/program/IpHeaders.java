package dev.keylane.steering.program;

import static dev.keylane.bpf.code.Instruction.Condition.LESS;
import static dev.keylane.bpf.code.Instruction.Condition.NOT_EQUAL;
import static dev.keylane.bpf.code.Instruction.Operation.ADD;
import static dev.keylane.bpf.code.Instruction.Operation.AND;
import static dev.keylane.bpf.code.Instruction.Operation.OR;
import static dev.keylane.bpf.code.Instruction.Operation.SHIFT_LEFT;
import static dev.keylane.bpf.code.Instruction.Size.U16;
import static dev.keylane.bpf.code.Instruction.Size.U32;
import static dev.keylane.bpf.code.Instruction.Size.U64;
import static dev.keylane.bpf.code.Instruction.Size.U8;
import static dev.keylane.bpf.code.Register.R10;
import static dev.keylane.bpf.code.Register.R2;
import static dev.keylane.bpf.code.Register.R3;
import static dev.keylane.bpf.code.Register.R4;
import static dev.keylane.bpf.code.Register.R5;
import static dev.keylane.bpf.code.Register.R6;
import static dev.keylane.bpf.code.Register.R8;
import static dev.keylane.bpf.code.Register.R9;

import dev.keylane.bpf.code.Assembler;
import dev.keylane.bpf.code.Register;
import dev.keylane.steering.Verdict;
import java.nio.ByteOrder;

/**
 * The IP header at R6. Its destination goes into the {@link SaKey} at {@code key} on the stack; then R6 is behind it, R9
 * the protocol there and R8 the IP version.
 */
final class IpHeaders {
    private IpHeaders() {
    }

    /**
     * Begins at the label {@code ipv4}.
     *
     * @param fragment those bits of the flags and offset that make a packet a {@link Verdict#FRAGMENT}
     * @param then     the label to go on at
     */
    static void ipv4(Assembler a, int key, int fragment, String then) {
        a.label("ipv4");
        Parts.within(a, 20);
        a.load(U8, R4, R6, 0).move(R5, R4).wide(AND, R5, 0xf0).jumpIf(R5, NOT_EQUAL, 0x40, Verdict.MALFORMED.label());
        a.wide(AND, R4, 0x0f).jumpIf(R4, LESS, 5, Verdict.MALFORMED.label());
        a.load(U16, R5, R6, 6).toBigEndian(R5, 16).wide(AND, R5, fragment)
                .jumpIf(R5, NOT_EQUAL, 0, Verdict.FRAGMENT.label());
        a.load(U32, R2, R6, 16).move(R3, 0);
        storePair(a, key + SaKey.ADDRESS);
        a.store(U64, R10, key + SaKey.ADDRESS + 8, 0);
        a.move(R8, 4).load(U8, R9, R6, 9);
        Parts.passIpv4(a, R4);
        a.jump(then);
    }

    /** Begins at the label {@code ipv6}, and goes on with what follows in the program, or to {@code extensions}. */
    static void ipv6(Assembler a, int key) {
        a.label("ipv6");
        Parts.within(a, 40);
        a.load(U8, R4, R6, 0).wide(AND, R4, 0xf0).jumpIf(R4, NOT_EQUAL, 0x60, Verdict.MALFORMED.label());
        for (int offset = 0; offset < 16; offset += 8) {
            a.load(U32, R2, R6, 24 + offset).load(U32, R3, R6, 28 + offset);
            storePair(a, key + SaKey.ADDRESS + offset);
        }
        a.move(R8, 6).load(U8, R9, R6, 6).wide(ADD, R6, 40);
        Parts.toExtensions(a);
    }

    /** The SPI as it is in the packet from R5, the IP version from R8; changes R2 and R3. */
    static void storeSpi(Assembler a, int key) {
        a.move(R2, R5).move(R3, R8);
        storePair(a, key + SaKey.SPI);
    }

    /**
     * 32 bits from R2, behind them 32 from R3, at a multiple of 8 octets. Without CAP_PERFMON the first store to a place on
     * the stack waits for all loads before it, so two are made one.
     */
    private static void storePair(Assembler a, int stack) {
        boolean littleEndian = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        Register lower = littleEndian ? R2 : R3;
        Register upper = littleEndian ? R3 : R2;
        a.wide(SHIFT_LEFT, upper, 32).wide(OR, lower, upper).store(U64, R10, stack, lower);
    }

    /** RFC 791: 13 bits of offset. */
    static final int LATER_FRAGMENT = 0x1fff;
    /** One that more follow, too. */
    static final int ANY_FRAGMENT = 0x3fff;
}
