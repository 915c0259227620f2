package dev.keylane.steering.program;

import static dev.keylane.bpf.code.Instruction.Condition.LESS;
import static dev.keylane.bpf.code.Instruction.Condition.NOT_EQUAL;
import static dev.keylane.bpf.code.Instruction.Operation.ADD;
import static dev.keylane.bpf.code.Instruction.Operation.AND;
import static dev.keylane.bpf.code.Instruction.Operation.SHIFT_LEFT;
import static dev.keylane.bpf.code.Instruction.Size.U16;
import static dev.keylane.bpf.code.Instruction.Size.U32;
import static dev.keylane.bpf.code.Instruction.Size.U8;
import static dev.keylane.bpf.code.Register.R10;
import static dev.keylane.bpf.code.Register.R4;
import static dev.keylane.bpf.code.Register.R5;
import static dev.keylane.bpf.code.Register.R6;
import static dev.keylane.bpf.code.Register.R9;

import dev.keylane.bpf.code.Assembler;
import dev.keylane.steering.Verdict;

/**
 * The IP header at R6. Its destination goes into the {@link SaKey} at {@code key} on the stack; then R6 is behind it and R9
 * the protocol there.
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
        a.load(U32, R5, R6, 16).store(U32, R10, key + SaKey.ADDRESS, R5);
        for (int offset = 4; offset < 16; offset += 4) {
            a.store(U32, R10, key + SaKey.ADDRESS + offset, 0);
        }
        a.store(U32, R10, key + SaKey.VERSION, 4);
        a.load(U8, R9, R6, 9).wide(SHIFT_LEFT, R4, 2).wide(ADD, R6, R4).jump(then);
    }

    /** Begins at the label {@code ipv6}, passes the extension headers, and goes on with what follows in the program. */
    static void ipv6(Assembler a, int key) {
        a.label("ipv6");
        Parts.within(a, 40);
        a.load(U8, R4, R6, 0).wide(AND, R4, 0xf0).jumpIf(R4, NOT_EQUAL, 0x60, Verdict.MALFORMED.label());
        for (int offset = 0; offset < 16; offset += 4) {
            a.load(U32, R5, R6, 24 + offset).store(U32, R10, key + SaKey.ADDRESS + offset, R5);
        }
        a.store(U32, R10, key + SaKey.VERSION, 6);
        a.load(U8, R9, R6, 6).wide(ADD, R6, 40);
        Parts.extensionHeaders(a, Verdict.TOO_MANY_HEADERS.label());
    }

    /** RFC 791: 13 bits of offset. */
    static final int LATER_FRAGMENT = 0x1fff;
    /** One that more follow, too. */
    static final int ANY_FRAGMENT = 0x3fff;
}
