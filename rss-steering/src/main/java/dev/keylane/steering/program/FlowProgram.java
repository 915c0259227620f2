package dev.keylane.steering.program;

import static dev.keylane.bpf.code.Instruction.Condition.EQUAL;
import static dev.keylane.bpf.code.Instruction.Condition.LESS;
import static dev.keylane.bpf.code.Instruction.Condition.LESS_OR_EQUAL;
import static dev.keylane.bpf.code.Instruction.Condition.NOT_EQUAL;
import static dev.keylane.bpf.code.Instruction.Operation.ADD;
import static dev.keylane.bpf.code.Instruction.Operation.AND;
import static dev.keylane.bpf.code.Instruction.Operation.MOVE;
import static dev.keylane.bpf.code.Instruction.Operation.MULTIPLY;
import static dev.keylane.bpf.code.Instruction.Operation.OR;
import static dev.keylane.bpf.code.Instruction.Operation.SHIFT_LEFT;
import static dev.keylane.bpf.code.Instruction.Operation.SHIFT_RIGHT;
import static dev.keylane.bpf.code.Instruction.Operation.XOR;
import static dev.keylane.bpf.code.Instruction.Size.U16;
import static dev.keylane.bpf.code.Instruction.Size.U32;
import static dev.keylane.bpf.code.Instruction.Size.U8;
import static dev.keylane.bpf.code.Register.R0;
import static dev.keylane.bpf.code.Register.R10;
import static dev.keylane.bpf.code.Register.R2;
import static dev.keylane.bpf.code.Register.R3;
import static dev.keylane.bpf.code.Register.R4;
import static dev.keylane.bpf.code.Register.R5;
import static dev.keylane.bpf.code.Register.R6;
import static dev.keylane.bpf.code.Register.R8;
import static dev.keylane.bpf.code.Register.R9;

import dev.keylane.bpf.code.Assembler;
import dev.keylane.bpf.code.BpfCode;
import dev.keylane.bpf.code.Instruction.HelperFunction;
import dev.keylane.bpf.code.Register;
import dev.keylane.steering.Verdict;
import java.util.List;

/**
 * Spreads plaintext over CPUs: a hash of addresses, and of ports and protocol where it is TCP or UDP in one piece, names
 * a slot of {@link ProgramMaps#FLOWS}. Both directions of a flow have the same hash. In 32-bit steps, with all fields in
 * the machine's order:
 *
 * <pre>
 * IPv6 address a0 a1 a2 a3:   a = ((a0 * P ^ a1) * P ^ a2) * P ^ a3
 * lower, higher = the two addresses by size
 * h = mix(mix(seed ^ lower) ^ higher)                       mix(x) = x * Q, then x ^ x >> 15
 * TCP, UDP:   h = mix(h ^ (lower port &lt;&lt; 16 | higher port) ^ protocol)
 * slot = h * P >> 24
 * </pre>
 */
public final class FlowProgram {
    public static final String NAME = "keylane_flows";
    private static final int SLOT = Parts.STACK - 4;

    private FlowProgram() {
    }

    /**
     * @param seed so that nobody outside knows which flows share a CPU
     */
    public static BpfCode code(int seed) {
        Assembler a = new Assembler();
        Parts.ethernet(a);
        ipv4(a);
        ipv6(a, seed);
        ports(a, new Reading.Near());
        Reading.Far far = new Reading.Far(HelperFunction.XDP_LOAD_BYTES);
        Parts.extensionHeaders(a, far, "slot");
        ports(a, far);
        slot(a);
        Parts.toCpu(a);
        Parts.verdicts(a, List.of(Verdict.ALREADY_HERE, Verdict.NO_ENTRY, Verdict.NOT_IP, Verdict.MALFORMED,
                Verdict.TRUNCATED));
        return a.code(NAME);
    }

    /** R9 becomes 255, a protocol without ports here, for a fragment. */
    private static void ipv4(Assembler a) {
        a.label("ipv4");
        Parts.within(a, 20);
        a.load(U8, R3, R6, 0).move(R5, R3).wide(AND, R5, 0xf0).jumpIf(R5, NOT_EQUAL, 0x40, Verdict.MALFORMED.label());
        a.wide(AND, R3, 0x0f).jumpIf(R3, LESS, 5, Verdict.MALFORMED.label());
        a.load(U8, R9, R6, 9).load(U16, R5, R6, 6).toBigEndian(R5, 16).wide(AND, R5, 0x3fff);
        a.jumpIf(R5, EQUAL, 0, "whole").move(R9, NO_PORTS);
        a.label("whole").load(U32, R4, R6, 12).load(U32, R5, R6, 16);
        Parts.passIpv4(a, R3);
        a.move(R8, 4).jump("addresses");
    }

    private static void ipv6(Assembler a, int seed) {
        a.label("ipv6");
        Parts.within(a, 40);
        a.load(U8, R3, R6, 0).wide(AND, R3, 0xf0).jumpIf(R3, NOT_EQUAL, 0x60, Verdict.MALFORMED.label());
        fold(a, R4, 8);
        fold(a, R5, 24);
        a.load(U8, R9, R6, 6).wide(ADD, R6, 40).move(R8, 6);
        addresses(a, seed);
        Parts.toExtensions(a);
    }

    private static void fold(Assembler a, Register into, int offset) {
        a.load(U32, into, R6, offset);
        for (int word = 1; word < 4; word++) {
            a.narrow(MULTIPLY, into, P).load(U32, R2, R6, offset + word * 4).narrow(XOR, into, R2);
        }
    }

    /** From the addresses in R4 and R5 and the IP version in R8 to a hash in R8. */
    private static void addresses(Assembler a, int seed) {
        a.label("addresses").move(R2, R8);
        order(a, "addresses-ordered");
        a.narrow(MOVE, R8, seed).narrow(XOR, R8, R4);
        mix(a);
        a.narrow(XOR, R8, R5);
        mix(a);
        // IPv4 has no extension headers: 0, 43 and 60 are protocols without ports in it.
        a.jumpIf(R2, EQUAL, 4, "upper");
    }

    private static void ports(Assembler a, Reading from) {
        a.label(from.label("upper")).jumpIf(R9, EQUAL, Parts.PROTOCOL_TCP, from.label("ports"))
                .jumpIf(R9, NOT_EQUAL, Parts.PROTOCOL_UDP, "slot");
        a.label(from.label("ports"));
        from.within(a, 4);
        from.load(a, U16, R4, 0);
        from.load(a, U16, R5, 2);
        order(a, from.label("ports-ordered"));
        a.narrow(SHIFT_LEFT, R4, 16).narrow(OR, R4, R5).narrow(XOR, R8, R4).narrow(XOR, R8, R9);
        mix(a);
        a.jump("slot");
    }

    /** The lower one to R4, the higher to R5. */
    private static void order(Assembler a, String done) {
        a.jumpIf(R4, LESS_OR_EQUAL, R5, done).move(R3, R4).move(R4, R5).move(R5, R3).label(done);
    }

    private static void mix(Assembler a) {
        a.narrow(MULTIPLY, R8, Q).narrow(MOVE, R3, R8).narrow(SHIFT_RIGHT, R3, 15).narrow(XOR, R8, R3);
    }

    private static void slot(Assembler a) {
        a.label("slot").narrow(MULTIPLY, R8, P).narrow(SHIFT_RIGHT, R8, 24).store(U32, R10, SLOT, R8);
        Parts.lookUp(a, ProgramMaps.FLOWS, SLOT);
        a.jumpIf(R0, EQUAL, 0, Verdict.NO_ENTRY.label()).load(U32, R8, R0, 0);
    }

    private static final int NO_PORTS = 255;
    /** Odd, with about half of their bits set: the multipliers of the 32-bit xxHash. */
    private static final int P = 0x9e3779b1;
    private static final int Q = 0x85ebca77;
}
