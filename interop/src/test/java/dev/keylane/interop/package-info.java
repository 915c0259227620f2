/**
 * Scenarios: keylane beside strongSwan, libreswan and itself, in the lab's own Linux kernel. One file a family of
 * scenarios, named {@code WhatHappens_PeerTest}; each boots the lab once or twice, lets a script run in it and then
 * judges what the script left behind. {@link dev.keylane.interop.lab} runs the lab, {@link dev.keylane.interop.peer}
 * writes the daemons' configurations, {@link dev.keylane.interop.vici} compares what two daemons answer. What ends in
 * {@code _ToolsTest} meets programs of {@link dev.keylane.interop.tools} on the host instead. Covers RFC 7296 and RFC 9611 as seen from outside.
 */
@org.jspecify.annotations.NullMarked
package dev.keylane.interop;
