package dev.keylane.bpf.code;

import static dev.keylane.bpf.code.Register.R0;
import static dev.keylane.bpf.code.Register.R1;
import static dev.keylane.bpf.code.Register.R10;
import static dev.keylane.bpf.code.Register.R2;
import static dev.keylane.bpf.code.Register.R3;
import static dev.keylane.bpf.code.Register.R6;
import static dev.keylane.bpf.code.Register.R7;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.keylane.bpf.code.Instruction.Condition;
import dev.keylane.bpf.code.Instruction.HelperFunction;
import dev.keylane.bpf.code.Instruction.Operation;
import dev.keylane.bpf.code.Instruction.Size;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BpfCodeTest {
    /** The octets are written out by hand from the tables of RFC 9669 §3 to §5. */
    @Test
    void encodesEachKindOfInstruction() {
        Assembler a = new Assembler();
        a.move(R6, R1).move(R0, 2).wide(Operation.ADD, R3, -24).narrow(Operation.MULTIPLY, R2, R3);
        a.toBigEndian(R2, 16).load(Size.U16, R2, R6, 12).load(Size.U8, R2, R6, 0).load(Size.U32, R7, R1, 4);
        a.store(Size.U32, R10, -4, R2).store(Size.U64, R10, -16, 0).atomicAdd(R0, 8, R1).loadMap(R1, "sas");
        a.call(HelperFunction.REDIRECT_MAP).exit();
        assertThat(hex(a.code("each").encode(Map.of("sas", 7)))).isEqualTo("""
                bf16000000000000
                b700000002000000
                07030000e8ffffff
                2c32000000000000
                dc02000010000000
                69620c0000000000
                7162000000000000
                6117040000000000
                632afcff00000000
                7a0af0ff00000000
                db10080000000000
                1811000007000000
                0000000000000000
                8500000033000000
                9500000000000000""");
    }

    @Test
    void jumpsCountFromBehindThemselvesAndAMapTakesTwoSlots() {
        Assembler a = new Assembler();
        a.label("again").jumpIf(R3, Condition.GREATER, R7, "out").loadMap(R1, "m");
        a.jumpIf(R2, Condition.LESS, 256, "again").jump("out").label("out").exit();
        assertThat(hex(a.code("jumps").encode(Map.of("m", 3)))).isEqualTo("""
                2d73040000000000
                1811000003000000
                0000000000000000
                a502fcff00010000
                0500000000000000
                9500000000000000""");
    }

    @Test
    void listsInTheVerifiersWords() {
        Assembler a = new Assembler();
        a.load(Size.U32, R7, R1, 4).loadMap(R2, "sas").label("here").narrow(Operation.SHIFT_RIGHT, R3, 15);
        a.jumpIf(R3, Condition.NOT_EQUAL, 0x8100, "here").store(Size.U32, R10, -4, R2).atomicAdd(R0, 8, R1).exit();
        assertThat(a.code("list").listing()).isEqualTo("""
                    0  r7 = *(u32 *)(r1 +4)
                    1  r2 = map sas
                here:
                    3  w3 >>= 0xf
                    4  if r3 != 0x8100 goto here
                    5  *(u32 *)(r10 -4) = r2
                    6  lock *(u64 *)(r0 +8) += r1
                    7  exit
                """);
    }

    @Test
    void mistakesAreFoundBeforeTheKernelSeesThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Assembler().jump("nowhere").code("x").encode(Map.of())).withMessage("no label nowhere");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Assembler().loadMap(R1, "m").code("x").encode(Map.of())).withMessage("no map m");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Assembler().label("l").label("l").code("x").encode(Map.of()))
                .withMessage("x: label l twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Assembler().load(Size.U8, R1, R2, 40_000).code("x").encode(Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Assembler().code("much too long a name"));
    }

    /** Octets in memory order, a line an instruction. */
    private static String hex(long[] encoded) {
        return LongStream.of(encoded).mapToObj(each -> String.format("%016x", Long.reverseBytes(each)))
                .collect(Collectors.joining("\n"));
    }
}
