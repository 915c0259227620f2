package dev.keylane.bpf.code;

import dev.keylane.bpf.code.Instruction.Condition;
import dev.keylane.bpf.code.Instruction.HelperFunction;
import dev.keylane.bpf.code.Instruction.Operation;
import dev.keylane.bpf.code.Instruction.Size;
import dev.keylane.bpf.code.Operand.Immediate;
import java.util.ArrayList;
import java.util.List;

/** Writes a program down, a line a method. */
public final class Assembler {
    private final List<Instruction> instructions = new ArrayList<>();

    public BpfCode code(String name) {
        return new BpfCode(name, List.copyOf(instructions));
    }

    public Assembler label(String name) {
        return add(new Instruction.Label(name));
    }

    public Assembler move(Register to, Operand from) {
        return wide(Operation.MOVE, to, from);
    }

    public Assembler move(Register to, int value) {
        return move(to, new Immediate(value));
    }

    public Assembler wide(Operation operation, Register to, Operand from) {
        return add(new Instruction.Arithmetic(operation, true, to, from));
    }

    public Assembler wide(Operation operation, Register to, int value) {
        return wide(operation, to, new Immediate(value));
    }

    public Assembler narrow(Operation operation, Register to, Operand from) {
        return add(new Instruction.Arithmetic(operation, false, to, from));
    }

    public Assembler narrow(Operation operation, Register to, int value) {
        return narrow(operation, to, new Immediate(value));
    }

    public Assembler toBigEndian(Register register, int bits) {
        return add(new Instruction.ToBigEndian(register, bits));
    }

    public Assembler load(Size size, Register to, Register base, int offset) {
        return add(new Instruction.Load(size, to, base, offset));
    }

    public Assembler store(Size size, Register base, int offset, Register from) {
        return add(new Instruction.Store(size, base, offset, from));
    }

    public Assembler store(Size size, Register base, int offset, int value) {
        return add(new Instruction.Store(size, base, offset, new Immediate(value)));
    }

    public Assembler atomicAdd(Register base, int offset, Register from) {
        return add(new Instruction.AtomicAdd(base, offset, from));
    }

    public Assembler loadMap(Register to, String map) {
        return add(new Instruction.LoadMap(to, map));
    }

    public Assembler jump(String label) {
        return add(new Instruction.Jump(label));
    }

    public Assembler jumpIf(Register left, Condition condition, Operand right, String label) {
        return add(new Instruction.Branch(condition, left, right, label));
    }

    public Assembler jumpIf(Register left, Condition condition, int right, String label) {
        return jumpIf(left, condition, new Immediate(right), label);
    }

    public Assembler call(HelperFunction function) {
        return add(new Instruction.Call(function));
    }

    public Assembler exit() {
        return add(new Instruction.Exit());
    }

    private Assembler add(Instruction instruction) {
        instructions.add(instruction);
        return this;
    }
}
