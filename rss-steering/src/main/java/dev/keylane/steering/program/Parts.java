package dev.keylane.steering.program;

import static dev.keylane.bpf.code.Instruction.Condition.EQUAL;
import static dev.keylane.bpf.code.Instruction.Condition.GREATER;
import static dev.keylane.bpf.code.Instruction.Operation.ADD;
import static dev.keylane.bpf.code.Instruction.Operation.AND;
import static dev.keylane.bpf.code.Instruction.Operation.SHIFT_LEFT;
import static dev.keylane.bpf.code.Instruction.Size.U16;
import static dev.keylane.bpf.code.Instruction.Size.U32;
import static dev.keylane.bpf.code.Instruction.Size.U64;
import static dev.keylane.bpf.code.Instruction.Size.U8;
import static dev.keylane.bpf.code.Register.R0;
import static dev.keylane.bpf.code.Register.R1;
import static dev.keylane.bpf.code.Register.R10;
import static dev.keylane.bpf.code.Register.R2;
import static dev.keylane.bpf.code.Register.R3;
import static dev.keylane.bpf.code.Register.R4;
import static dev.keylane.bpf.code.Register.R5;
import static dev.keylane.bpf.code.Register.R6;
import static dev.keylane.bpf.code.Register.R7;
import static dev.keylane.bpf.code.Register.R8;
import static dev.keylane.bpf.code.Register.R9;

import dev.keylane.bpf.code.Assembler;
import dev.keylane.bpf.code.Instruction.HelperFunction;
import dev.keylane.bpf.code.Register;
import dev.keylane.steering.Verdict;
import java.util.List;

/**
 * What the programs begin and end with. R6 is where we are in the packet, R7 its end, R9 the protocol of the header at
 * R6, R0 how many octets there are before the IP header; in the end R8 is the action and R9 the verdict.
 */
final class Parts {
    static final int PROTOCOL_HOP_BY_HOP = 0;
    static final int PROTOCOL_TCP = 6;
    static final int PROTOCOL_UDP = 17;
    static final int PROTOCOL_ROUTING = 43;
    static final int PROTOCOL_FRAGMENT = 44;
    static final int PROTOCOL_ESP = 50;
    static final int PROTOCOL_DESTINATION_OPTIONS = 60;
    /** How many IPv6 extension headers are looked through. */
    static final int EXTENSION_HEADERS = 6;

    private Parts() {
    }

    /** Goes to {@code ipv4} or {@code ipv6} with R6 on that header, or to a verdict. */
    static void ethernet(Assembler a) {
        a.load(U32, R6, R1, CONTEXT_DATA).load(U32, R7, R1, CONTEXT_DATA_END);
        linkHeader(a);
    }

    /** The same for a frame that R6 and R7 are set to. */
    static void linkHeader(Assembler a) {
        within(a, 14);
        a.load(U16, R5, R6, 12).toBigEndian(R5, 16).wide(ADD, R6, 14).move(R0, 14);
        for (int tag = 1; tag <= VLAN_TAGS; tag++) {
            a.jumpIf(R5, EQUAL, ETHERTYPE_8021Q, "tag-" + tag).jumpIf(R5, EQUAL, ETHERTYPE_8021AD, "tag-" + tag);
            a.jump("untagged");
            a.label("tag-" + tag);
            within(a, 4);
            a.load(U16, R5, R6, 2).toBigEndian(R5, 16).wide(ADD, R6, 4).wide(ADD, R0, 4);
        }
        a.label("untagged");
        network(a);
    }

    /** By the ethertype in R5. */
    static void network(Assembler a) {
        a.jumpIf(R5, EQUAL, ETHERTYPE_IPV4, "ipv4").jumpIf(R5, EQUAL, ETHERTYPE_IPV6, "ipv6");
        to(a, Verdict.NOT_IP);
    }

    /** Goes to {@link Verdict#TRUNCATED} unless the packet has {@code octets} from R6 on. */
    static void within(Assembler a, int octets) {
        a.move(R3, R6).wide(ADD, R3, octets).jumpIf(R3, GREATER, R7, Verdict.TRUNCATED.label());
    }

    /** Goes to {@code extensions} when R9 says that there is an IPv6 extension header. */
    static void toExtensions(Assembler a) {
        toExtension(a, "extensions");
    }

    /**
     * Begins at the label {@code extensions} with R1 as it was in the beginning, passes the extension headers behind an IPv6
     * header, six at most, and goes on with what follows in the program, {@code far} from then on. {@code many} is where a
     * seventh leads.
     */
    static void extensionHeaders(Assembler a, Reading.Far far, String many) {
        a.label("extensions").move(R7, R1).move(R6, R0).wide(ADD, R6, IPV6_HEADER);
        for (int header = 1; header <= EXTENSION_HEADERS; header++) {
            a.label("extension-" + header);
            far.within(a, 8);
            // RFC 8200 §4.3: the length is in 8-octet units, not including the first 8 octets.
            far.load(a, U8, R9, 0);
            far.load(a, U8, R4, 1);
            a.wide(SHIFT_LEFT, R4, 3).wide(ADD, R4, 8).wide(ADD, R6, R4);
            toExtension(a, header < EXTENSION_HEADERS ? "extension-" + (header + 1) : many);
            a.jump(far.label("upper"));
        }
    }

    /**
     * Moves R6 behind an IPv4 header of as many words as {@code words} says; changes R2. Each step is a constant, see {@link
     * Reading}.
     */
    static void passIpv4(Assembler a, Register words) {
        for (int bit = 8; bit > 0; bit >>= 1) {
            String next = "without-" + bit;
            a.move(R2, words).wide(AND, R2, bit).jumpIf(R2, EQUAL, 0, next).wide(ADD, R6, 4 * bit).label(next);
        }
    }

    private static void toExtension(Assembler a, String label) {
        for (int protocol : List.of(PROTOCOL_HOP_BY_HOP, PROTOCOL_ROUTING, PROTOCOL_DESTINATION_OPTIONS)) {
            a.jumpIf(R9, EQUAL, protocol, label);
        }
    }

    /** Looks the key at {@code stack} up; R0 is the value or 0. */
    static void lookUp(Assembler a, String map, int stack) {
        a.loadMap(R1, map).move(R2, R10).wide(ADD, R2, stack).call(HelperFunction.MAP_LOOKUP_ELEM);
    }

    /** Sends the packet to the CPU in R8, unless it is there; ends the program. */
    static void toCpu(Assembler a) {
        a.call(HelperFunction.GET_SMP_PROCESSOR_ID).jumpIf(R0, EQUAL, R8, Verdict.ALREADY_HERE.label());
        // The lowest bits of the flags are what to return when there is no queue.
        a.loadMap(R1, ProgramMaps.CPUS).move(R2, R8).move(R3, XDP_PASS).call(HelperFunction.REDIRECT_MAP);
        a.move(R8, R0).move(R9, Verdict.REDIRECTED.ordinal()).jumpIf(R8, EQUAL, XDP_REDIRECT, "count");
        a.move(R9, Verdict.NO_QUEUE.ordinal()).jump("count");
    }

    static void to(Assembler a, Verdict verdict) {
        a.jump(verdict.label());
    }

    /** The program's end, where each verdict's label leads. */
    static void verdicts(Assembler a, List<Verdict> passing) {
        for (Verdict verdict : passing) {
            a.label(verdict.label()).move(R9, verdict.ordinal()).jump("pass");
        }
        a.label("pass").move(R8, XDP_PASS);
        a.label("count").store(U32, R10, VERDICT, R9);
        lookUp(a, ProgramMaps.VERDICTS, VERDICT);
        a.jumpIf(R0, EQUAL, 0, "out");
        a.load(U64, R1, R0, 0).wide(ADD, R1, 1).store(U64, R0, 0, R1);
        a.label("out").move(R0, R8).exit();
    }

    private static final int IPV6_HEADER = 40;
    private static final int VLAN_TAGS = 2;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int ETHERTYPE_8021Q = 0x8100;
    private static final int ETHERTYPE_8021AD = 0x88a8;

    private static final int XDP_PASS = 2;
    private static final int XDP_REDIRECT = 4;

    /** struct xdp_md. */
    private static final int CONTEXT_DATA = 0;
    private static final int CONTEXT_DATA_END = 4;

    /** Where the verdict's number lies on the stack; the programs have what is below. */
    private static final int VERDICT = -4;
    /** The first octet of the stack that a program may use downwards from. */
    static final int STACK = -8;
}
