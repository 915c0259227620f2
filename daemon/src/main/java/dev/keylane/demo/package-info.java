/**
 * The demonstration: two daemons of this process key a pair of SAs for every CPU over real UDP sockets and carry
 * numbered packets through them, without root and without ESP in the kernel.
 */
@NullMarked
package dev.keylane.demo;

import org.jspecify.annotations.NullMarked;
