/**
 * Programs of {@code interop/tools}, a Debian root beside the lab: run on the host, they meet a keylane that needs no ESP in
 * the kernel. {@link dev.keylane.interop.tools.InTools} skips a test where the root is not and cannot be built.
 */
@org.jspecify.annotations.NullMarked
package dev.keylane.interop.tools;
