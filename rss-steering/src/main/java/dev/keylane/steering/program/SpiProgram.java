package dev.keylane.steering.program;

import static dev.keylane.bpf.code.Instruction.Condition.EQUAL;
import static dev.keylane.bpf.code.Instruction.Condition.LESS;
import static dev.keylane.bpf.code.Instruction.Condition.NOT_EQUAL;
import static dev.keylane.bpf.code.Instruction.Size.U16;
import static dev.keylane.bpf.code.Instruction.Size.U32;
import static dev.keylane.bpf.code.Instruction.Size.U8;
import static dev.keylane.bpf.code.Register.R0;
import static dev.keylane.bpf.code.Register.R1;
import static dev.keylane.bpf.code.Register.R5;
import static dev.keylane.bpf.code.Register.R8;
import static dev.keylane.bpf.code.Register.R9;

import dev.keylane.bpf.code.Assembler;
import dev.keylane.bpf.code.BpfCode;
import dev.keylane.bpf.code.Instruction.HelperFunction;
import dev.keylane.steering.Verdict;
import java.util.EnumSet;
import java.util.List;

/**
 * Sends ESP and ESP-in-UDP to the CPU that {@link ProgramMaps#SAS} has for its destination and SPI:
 *
 * <pre>
 * Ethernet ─ 0..2 VLAN tags ─┬─ IPv4 with options ───────────────┬─ ESP ────────────┬─ look up ─ here? ─ redirect
 *                            └─ IPv6 ─ 0..6 extension headers ───┴─ UDP to the port ┘
 * </pre>
 *
 * Lengths in IP headers are the kernel's to check: the program only keeps to the frame's own end.
 */
public final class SpiProgram {
    public static final String NAME = "keylane_esp";
    private static final int KEY = Parts.STACK - SaKey.SIZE;

    private SpiProgram() {
    }

    /**
     * @param encapPort the UDP port where ESP-in-UDP arrives, 4500
     */
    public static BpfCode code(int encapPort) {
        Assembler a = new Assembler();
        Parts.ethernet(a);
        // A later fragment has no SPI, so the first must not go another way than it does.
        IpHeaders.ipv4(a, KEY, IpHeaders.ANY_FRAGMENT, "upper");
        IpHeaders.ipv6(a, KEY);
        upper(a, new Reading.Near(), encapPort);
        Reading.Far far = new Reading.Far(HelperFunction.XDP_LOAD_BYTES);
        Parts.extensionHeaders(a, far, Verdict.TOO_MANY_HEADERS.label());
        upper(a, far, encapPort);
        spi(a);
        Parts.toCpu(a);
        Parts.verdicts(a, List.copyOf(EnumSet.complementOf(EnumSet.of(Verdict.REDIRECTED, Verdict.NO_QUEUE))));
        return a.code(NAME);
    }

    /** Ends with the SPI in R5. */
    private static void upper(Assembler a, Reading from, int encapPort) {
        a.label(from.label("upper")).jumpIf(R9, EQUAL, Parts.PROTOCOL_ESP, from.label("esp"))
                .jumpIf(R9, EQUAL, Parts.PROTOCOL_UDP, from.label("udp"));
        a.jumpIf(R9, NOT_EQUAL, Parts.PROTOCOL_FRAGMENT, Verdict.NOT_ESP.label());
        // In IPv4 the number 44 is nobody's header.
        a.jumpIf(R8, EQUAL, 6, Verdict.FRAGMENT.label());
        Parts.to(a, Verdict.NOT_ESP);
        udp(a, from, encapPort);
        a.label(from.label("esp"));
        from.within(a, ESP_HEADER);
        from.load(a, U32, R5, 0);
        a.jump("spi");
    }

    private static void udp(Assembler a, Reading from, int encapPort) {
        a.label(from.label("udp"));
        from.within(a, 8);
        from.load(a, U16, R5, 2);
        a.toBigEndian(R5, 16).jumpIf(R5, NOT_EQUAL, encapPort, Verdict.NOT_ESP.label());
        from.load(a, U16, R5, 4);
        a.toBigEndian(R5, 16).jumpIf(R5, NOT_EQUAL, 8 + 1, from.label("not-one-octet"));
        // The frame may go on behind it: short ones are filled up to 60 octets.
        from.within(a, 8 + 1);
        from.load(a, U8, R5, 8);
        a.jumpIf(R5, EQUAL, 0xff, Verdict.KEEPALIVE.label());
        Parts.to(a, Verdict.TRUNCATED);
        a.label(from.label("not-one-octet")).jumpIf(R5, LESS, 8 + ESP_HEADER, Verdict.TRUNCATED.label());
        from.within(a, 8 + ESP_HEADER);
        from.load(a, U32, R5, 8);
        a.jumpIf(R5, EQUAL, 0, Verdict.IKE.label()).jump("spi");
    }

    private static void spi(Assembler a) {
        a.label("spi");
        IpHeaders.storeSpi(a, KEY);
        a.toBigEndian(R5, 32).jumpIf(R5, LESS, 256, Verdict.RESERVED_SPI.label());
        Parts.lookUp(a, ProgramMaps.SAS, KEY);
        a.jumpIf(R0, EQUAL, 0, Verdict.NO_ENTRY.label());
        a.move(R1, 1).atomicAdd(R0, SaEntry.PACKETS, R1).load(U32, R8, R0, SaEntry.CPU);
    }

    /** SPI and sequence number. */
    private static final int ESP_HEADER = 8;
}
