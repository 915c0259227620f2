/**
 * One description of a connection, written down for each daemon: {@link dev.keylane.interop.peer.Tunnel} says what
 * the two ends agree on, {@link dev.keylane.interop.peer.SwanctlConf} spells it for strongSwan and keylane,
 * {@link dev.keylane.interop.peer.IpsecConf} for libreswan.
 */
@org.jspecify.annotations.NullMarked
package dev.keylane.interop.peer;
