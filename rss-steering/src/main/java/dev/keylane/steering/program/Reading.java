package dev.keylane.steering.program;

import static dev.keylane.bpf.code.Instruction.Condition.NOT_EQUAL;
import static dev.keylane.bpf.code.Instruction.Operation.ADD;
import static dev.keylane.bpf.code.Register.R0;
import static dev.keylane.bpf.code.Register.R1;
import static dev.keylane.bpf.code.Register.R10;
import static dev.keylane.bpf.code.Register.R2;
import static dev.keylane.bpf.code.Register.R3;
import static dev.keylane.bpf.code.Register.R4;
import static dev.keylane.bpf.code.Register.R6;
import static dev.keylane.bpf.code.Register.R7;

import dev.keylane.bpf.code.Assembler;
import dev.keylane.bpf.code.Instruction.HelperFunction;
import dev.keylane.bpf.code.Instruction.Size;
import dev.keylane.bpf.code.Register;
import dev.keylane.steering.Verdict;

/**
 * How a program gets at what is from R6 on. Linux lets nobody without CAP_PERFMON add a register to a place in a packet, so
 * that what follows an IPv6 extension header is read another way than the rest.
 */
sealed interface Reading {
    /** Goes to {@link Verdict#TRUNCATED} unless there are so many octets, 16 at most, which may then be loaded. */
    void within(Assembler a, int octets);

    /** What {@link #within} was asked for last. */
    void load(Assembler a, Size size, Register to, int offset);

    /** The label of the same step in this way of reading. */
    String label(String name);

    /** R6 is a place in the packet, R7 the packet's end; changes R3. */
    record Near() implements Reading {
        @Override
        public void within(Assembler a, int octets) {
            Parts.within(a, octets);
        }

        @Override
        public void load(Assembler a, Size size, Register to, int offset) {
            a.load(size, to, R6, offset);
        }

        @Override
        public String label(String name) {
            return name;
        }
    }

    /**
     * R6 is a number of octets from the packet's beginning, R7 the program's context; changes R0 to R5.
     *
     * @param copy puts octets of the packet on the stack
     */
    record Far(HelperFunction copy) implements Reading {
        @Override
        public void within(Assembler a, int octets) {
            a.move(R1, R7).move(R2, R6).move(R3, R10).wide(ADD, R3, WINDOW).move(R4, octets);
            a.call(copy).jumpIf(R0, NOT_EQUAL, 0, Verdict.TRUNCATED.label());
        }

        @Override
        public void load(Assembler a, Size size, Register to, int offset) {
            a.load(size, to, R10, WINDOW + offset);
        }

        @Override
        public String label(String name) {
            return "far-" + name;
        }

        /** Below what the programs keep on the stack. */
        private static final int WINDOW = Parts.STACK - 56;
    }
}
