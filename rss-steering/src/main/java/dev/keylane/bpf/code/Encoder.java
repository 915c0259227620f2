package dev.keylane.bpf.code;

import dev.keylane.bpf.code.Operand.Immediate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns instructions into opcode, registers, offset and immediate (RFC 9669 §3). */
final class Encoder {
    private final Map<String, Integer> labels;
    private final Map<String, Integer> maps;
    private final List<Long> encoded = new ArrayList<>();

    Encoder(Map<String, Integer> labels, Map<String, Integer> maps) {
        this.labels = labels;
        this.maps = maps;
    }

    long[] encode(List<Instruction> instructions) {
        instructions.forEach(this::encode);
        return encoded.stream().mapToLong(Long::longValue).toArray();
    }

    private void encode(Instruction instruction) {
        switch (instruction) {
            case Instruction.Label _ -> { }
            case Instruction.Arithmetic(var operation, boolean wide, Register to, Operand from) ->
                operands(operation.code | (wide ? ALU64 : ALU), to, 0, from);
            case Instruction.ToBigEndian(Register register, int bits) -> emit(ALU | END | FROM_REGISTER, register, 0, 0, bits);
            case Instruction.Load(var size, Register to, Register base, int offset) ->
                emit(LDX | MEM | size.code, to, base.ordinal(), offset, 0);
            case Instruction.Store(var size, Register base, int offset, Operand from) -> store(size, base, offset, from);
            case Instruction.AtomicAdd(Register base, int offset, Register from) ->
                emit(STX | ATOMIC | Instruction.Size.U64.code, base, from.ordinal(), offset, 0);
            case Instruction.LoadMap(Register to, String map) -> loadMap(to, map);
            case Instruction.Jump(String label) -> emit(JMP, Register.R0, 0, distance(label), 0);
            case Instruction.Branch(var condition, Register left, Operand right, String label) ->
                operands(condition.code | JMP, left, distance(label), right);
            case Instruction.Call(var function) -> emit(JMP | CALL, Register.R0, 0, 0, function.number);
            case Instruction.Exit() -> emit(JMP | EXIT, Register.R0, 0, 0, 0);
        }
    }

    private void operands(int opcode, Register to, int offset, Operand from) {
        switch (from) {
            case Register register -> emit(opcode | FROM_REGISTER, to, register.ordinal(), offset, 0);
            case Immediate(int value) -> emit(opcode, to, 0, offset, value);
        }
    }

    private void store(Instruction.Size size, Register base, int offset, Operand from) {
        switch (from) {
            case Register register -> emit(STX | MEM | size.code, base, register.ordinal(), offset, 0);
            case Immediate(int value) -> emit(ST | MEM | size.code, base, 0, offset, value);
        }
    }

    private void loadMap(Register to, String map) {
        Integer descriptor = maps.get(map);
        if (descriptor == null) {
            throw new IllegalArgumentException("no map " + map);
        }
        emit(LD_IMM64, to, PSEUDO_MAP_FD, 0, descriptor);
        emit(0, Register.R0, 0, 0, 0);
    }

    /** From behind the jump to the label. */
    private int distance(String label) {
        Integer position = labels.get(label);
        if (position == null) {
            throw new IllegalArgumentException("no label " + label);
        }
        return position - encoded.size() - 1;
    }

    private void emit(int opcode, Register to, int source, int offset, int immediate) {
        if (offset != (short) offset) {
            throw new IllegalArgumentException("offset " + offset + " does not fit 16 bits");
        }
        encoded.add(opcode & 0xffL | (long) (to.ordinal() | source << 4) << 8 | (offset & 0xffffL) << 16
                | (long) immediate << 32);
    }

    private static final int ST = 0x02;
    private static final int STX = 0x03;
    private static final int LDX = 0x01;
    private static final int ALU = 0x04;
    private static final int JMP = 0x05;
    private static final int ALU64 = 0x07;
    private static final int FROM_REGISTER = 0x08;
    private static final int LD_IMM64 = 0x18;
    private static final int MEM = 0x60;
    private static final int ATOMIC = 0xc0;
    private static final int CALL = 0x80;
    private static final int EXIT = 0x90;
    private static final int END = 0xd0;
    private static final int PSEUDO_MAP_FD = 1;
}
