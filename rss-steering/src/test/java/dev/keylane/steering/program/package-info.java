/**
 * The programs against models of them written on their own, by BPF_PROG_TEST_RUN. The cases use no test framework, so
 * that {@link dev.keylane.steering.program.ProgramRun} can run them on a machine that has only a JVM.
 */
@NullMarked
package dev.keylane.steering.program;

import org.jspecify.annotations.NullMarked;
