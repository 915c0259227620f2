package dev.keylane.bpf.code;

/** One step of a program. The numbers are those of RFC 9669 §3 to §5. */
public sealed interface Instruction {
    /** How many of the kernel's 8-octet instructions it takes. */
    default int slots() {
        return switch (this) {
            case Label _ -> 0;
            case LoadMap _ -> 2;
            case Arithmetic _, ToBigEndian _, Load _, Store _, AtomicAdd _, Jump _, Branch _, Call _, Exit _ -> 1;
        };
    }

    /** Both operands of one width; 32 bits wide, the upper half of the result is zero. */
    record Arithmetic(Operation operation, boolean wide, Register to, Operand from) implements Instruction {
    }

    /** Swaps the lowest 16 or 32 bits from network order, and clears those above. */
    record ToBigEndian(Register register, int bits) implements Instruction {
    }

    record Load(Size size, Register to, Register base, int offset) implements Instruction {
    }

    record Store(Size size, Register base, int offset, Operand from) implements Instruction {
    }

    /** Adds to 64 bits that other CPUs may add to as well. */
    record AtomicAdd(Register base, int offset, Register from) implements Instruction {
    }

    /** A map by its name, which becomes a descriptor when the program is encoded. */
    record LoadMap(Register to, String map) implements Instruction {
    }

    record Jump(String label) implements Instruction {
    }

    record Branch(Condition condition, Register left, Operand right, String label) implements Instruction {
    }

    record Call(HelperFunction function) implements Instruction {
    }

    record Exit() implements Instruction {
    }

    /** Takes no room: where jumps to this name go. */
    record Label(String name) implements Instruction {
    }

    enum Size {
        U8(0x10), U16(0x08), U32(0x00), U64(0x18);

        final int code;

        Size(int code) {
            this.code = code;
        }
    }

    enum Operation {
        ADD(0x00, "+="), SUBTRACT(0x10, "-="), MULTIPLY(0x20, "*="), OR(0x40, "|="), AND(0x50, "&="),
        SHIFT_LEFT(0x60, "<<="), SHIFT_RIGHT(0x70, ">>="), XOR(0xa0, "^="), MOVE(0xb0, "=");

        final int code;
        final String sign;

        Operation(int code, String sign) {
            this.code = code;
            this.sign = sign;
        }
    }

    /** Comparisons without sign, of 64 bits. */
    enum Condition {
        EQUAL(0x10, "=="), GREATER(0x20, ">"), GREATER_OR_EQUAL(0x30, ">="), NOT_EQUAL(0x50, "!="), LESS(0xa0, "<"),
        LESS_OR_EQUAL(0xb0, "<=");

        final int code;
        final String sign;

        Condition(int code, String sign) {
            this.code = code;
            this.sign = sign;
        }
    }

    /** Functions of the kernel, by their number in enum bpf_func_id. */
    enum HelperFunction {
        MAP_LOOKUP_ELEM(1), GET_SMP_PROCESSOR_ID(8), SKB_LOAD_BYTES(26), REDIRECT_MAP(51), RINGBUF_OUTPUT(130),
        XDP_LOAD_BYTES(189);

        final int number;

        HelperFunction(int number) {
            this.number = number;
        }
    }
}
