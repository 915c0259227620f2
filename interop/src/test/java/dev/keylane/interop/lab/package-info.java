/**
 * The lab from a test's side: whether it is there (building it on first use), running a script in it, and reading
 * what came out. {@link dev.keylane.interop.lab.InLab} marks a test that needs it; without a lab such a test is
 * reported as skipped with the reason, and {@code -Dlab=off} leaves it out. Everything a scenario left stays in
 * {@code interop/target/scenarios/NAME}: logs, captures, kernel states, the script itself.
 */
@org.jspecify.annotations.NullMarked
package dev.keylane.interop.lab;
