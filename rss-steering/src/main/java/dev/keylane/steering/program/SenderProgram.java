package dev.keylane.steering.program;

import static dev.keylane.bpf.code.Instruction.Condition.EQUAL;
import static dev.keylane.bpf.code.Instruction.Condition.NOT_EQUAL;
import static dev.keylane.bpf.code.Instruction.Operation.ADD;
import static dev.keylane.bpf.code.Instruction.Operation.AND;
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
import static dev.keylane.bpf.code.Register.R9;

import dev.keylane.bpf.code.Assembler;
import dev.keylane.bpf.code.BpfCode;
import dev.keylane.bpf.code.Instruction.HelperFunction;
import dev.keylane.steering.Verdict;
import java.util.List;

/**
 * Runs where a device sends, and tells which CPUs send over certain SAs. Each packet of an SA in {@link
 * ProgramMaps#SENDERS} is counted on its CPU, and the first one is reported through {@link ProgramMaps#REPORTS}. It
 * never decides anything: every packet goes on to whatever program comes next.
 *
 * <p>Two things are other than in {@link SpiProgram}: a first fragment counts, as it has the SPI and nothing is moved,
 * and ESP-in-UDP is found on all ports, for they are the NAT's to choose.
 */
public final class SenderProgram {
    public static final String NAME = "keylane_senders";
    private static final int RECORD = Parts.STACK - SenderRecord.SIZE;

    /** What comes before the IP header on a device. */
    public enum Link {
        ETHERNET, NOTHING
    }

    private SenderProgram() {
    }

    public static BpfCode code(Link link) {
        Assembler a = new Assembler();
        a.load(U32, R6, R1, CONTEXT_DATA).load(U32, R7, R1, CONTEXT_DATA_END);
        switch (link) {
            case ETHERNET -> Parts.linkHeader(a);
            case NOTHING -> {
                a.load(U32, R5, R1, CONTEXT_PROTOCOL).toBigEndian(R5, 16).move(R0, 0);
                Parts.network(a);
            }
        }
        IpHeaders.ipv4(a, RECORD, IpHeaders.LATER_FRAGMENT, "protocol");
        IpHeaders.ipv6(a, RECORD);
        upper(a, new Reading.Near());
        Reading.Far far = new Reading.Far(HelperFunction.SKB_LOAD_BYTES);
        Parts.extensionHeaders(a, far, Verdict.TOO_MANY_HEADERS.label());
        upper(a, far);
        count(a);
        report(a);
        for (Verdict other : List.of(Verdict.NOT_IP, Verdict.NOT_ESP, Verdict.FRAGMENT, Verdict.TOO_MANY_HEADERS,
                Verdict.MALFORMED, Verdict.TRUNCATED)) {
            a.label(other.label());
        }
        a.label("out").move(R0, TCX_NEXT).exit();
        return a.code(NAME);
    }

    /** Of a packet in fragments, the first has the SPI. */
    private static void fragment(Assembler a, Reading from) {
        a.label(from.label("upper")).jumpIf(R9, NOT_EQUAL, Parts.PROTOCOL_FRAGMENT, from.label("protocol"));
        from.within(a, 8);
        // RFC 8200 §4.5: the offset is the upper 13 bits.
        from.load(a, U16, R5, 2);
        a.toBigEndian(R5, 16).wide(AND, R5, 0xfff8).jumpIf(R5, NOT_EQUAL, 0, Verdict.FRAGMENT.label());
        from.load(a, U8, R9, 0);
        a.wide(ADD, R6, 8);
    }

    /** Ends with the SPI in R5. */
    private static void upper(Assembler a, Reading from) {
        fragment(a, from);
        a.label(from.label("protocol")).jumpIf(R9, EQUAL, Parts.PROTOCOL_ESP, from.label("esp"));
        a.jumpIf(R9, NOT_EQUAL, Parts.PROTOCOL_UDP, Verdict.NOT_ESP.label());
        a.wide(ADD, R6, UDP_HEADER);
        a.label(from.label("esp"));
        from.within(a, ESP_HEADER);
        from.load(a, U32, R5, 0);
        a.jump("count");
    }

    /** IKE and other UDP has what no SA has for its SPI, or is not looked for. Ends with the entry in R6. */
    private static void count(Assembler a) {
        a.label("count");
        IpHeaders.storeSpi(a, RECORD);
        Parts.lookUp(a, ProgramMaps.SENDERS, RECORD);
        a.jumpIf(R0, EQUAL, 0, "out").move(R6, R0);
        a.load(U64, R1, R6, SenderEntry.PACKETS).wide(ADD, R1, 1).store(U64, R6, SenderEntry.PACKETS, R1);
    }

    /** When there is no room for the report, the next packet tries again. */
    private static void report(Assembler a) {
        a.load(U64, R1, R6, SenderEntry.REPORTED).jumpIf(R1, NOT_EQUAL, 0, "out");
        a.call(HelperFunction.GET_SMP_PROCESSOR_ID).store(U64, R10, RECORD + SenderRecord.CPU, R0);
        a.loadMap(R1, ProgramMaps.REPORTS).move(R2, R10).wide(ADD, R2, RECORD).move(R3, SenderRecord.SIZE).move(R4, 0);
        a.call(HelperFunction.RINGBUF_OUTPUT).jumpIf(R0, NOT_EQUAL, 0, "out");
        a.move(R1, 1).store(U64, R6, SenderEntry.REPORTED, R1);
    }

    /** struct __sk_buff. */
    private static final int CONTEXT_PROTOCOL = 16;
    private static final int CONTEXT_DATA = 76;
    private static final int CONTEXT_DATA_END = 80;

    private static final int TCX_NEXT = -1;
    private static final int UDP_HEADER = 8;
    /** SPI and sequence number. */
    private static final int ESP_HEADER = 8;
}
