package dev.keylane.bpf.code;

import java.util.Locale;

/** Instructions in the words of the kernel's verifier. */
final class Listing {
    private Listing() {
    }

    static String line(Instruction instruction) {
        return switch (instruction) {
            case Instruction.Label(String name) -> name + ":";
            case Instruction.Arithmetic(var operation, boolean wide, Register to, Operand from) ->
                (wide ? to : to.narrow()) + " " + operation.sign + " " + (wide ? from : narrow(from));
            case Instruction.ToBigEndian(Register register, int bits) -> register + " = be" + bits + " " + register;
            case Instruction.Load(var size, Register to, Register base, int offset) ->
                to + " = " + memory(size, base, offset);
            case Instruction.Store(var size, Register base, int offset, Operand from) ->
                memory(size, base, offset) + " = " + from;
            case Instruction.AtomicAdd(Register base, int offset, Register from) ->
                "lock " + memory(Instruction.Size.U64, base, offset) + " += " + from;
            case Instruction.LoadMap(Register to, String map) -> to + " = map " + map;
            case Instruction.Jump(String label) -> "goto " + label;
            case Instruction.Branch(var condition, Register left, Operand right, String label) ->
                "if " + left + " " + condition.sign + " " + right + " goto " + label;
            case Instruction.Call(var function) -> "call " + function.name().toLowerCase(Locale.ROOT);
            case Instruction.Exit() -> "exit";
        };
    }

    private static String narrow(Operand operand) {
        return operand instanceof Register register ? register.narrow() : operand.toString();
    }

    private static String memory(Instruction.Size size, Register base, int offset) {
        return "*(" + size.name().toLowerCase(Locale.ROOT) + " *)(" + base + " " + (offset < 0 ? "-" : "+")
                + Math.abs(offset) + ")";
    }
}
