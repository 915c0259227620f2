/**
 * A kernel in memory: the rules of XFRM with ESP in user space, for hosts whose kernel cannot do it, for demonstration
 * and for tests. {@link dev.keylane.xfrm.software.SoftwareXfrm} is the shell; the tables, the choice of a state and
 * {@code esp} under it know neither threads nor clocks.
 *
 * <p>What differs from Linux:
 * <ul>
 * <li>ESP always travels in UDP, between the NAT-T ports, whether a state asks for encapsulation or not; the outer
 * header is the socket's, so outer TTL, DSCP and ECN are not copied either way. In transport mode the inner header does
 * not travel at all: the receiver makes a plain one (no options, TTL 64) of the state's addresses.
 * <li>A policy that wants a state for each CPU loses no packet: while an acquire with a CPU is pending, that CPU's
 * packets go on leaving by the fallback state, where Linux drops them (and those of other CPUs).
 * <li>Senders on several CPUs that share a state number their packets before they seal them, and no lock keeps them in
 * that order: one that is held up in between for longer than the receiver's replay window lasts loses its packet. A
 * state of its own for each CPU has no such race.
 * <li>Packets without any state wait, {@code backlog} of them a policy, and leave in order by the state that answers.
 * <li>A CPU's own state wins over a newer one bound to no CPU, however many states there are.
 * <li>A packet that meets a state's hard limit looks for another state before it is given up.
 * <li>Packets have no mark and no interface: policies and states that ask for one are kept, but match nothing.
 * <li>One template a policy; no offload; bytes are counted as those of the inner packet.
 * </ul>
 */
@NullMarked
package dev.keylane.xfrm.software;

import org.jspecify.annotations.NullMarked;
