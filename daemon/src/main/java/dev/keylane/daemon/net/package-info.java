/**
 * UDP for IKE and, in software mode, for ESP: one socket for each local address and port, all on the shard's event
 * loop. RFC 7296 §2.23, RFC 3948. The NAT-T port's sockets add and take off the non-ESP marker; nobody else sees it.
 */
@NullMarked
package dev.keylane.daemon.net;

import org.jspecify.annotations.NullMarked;
