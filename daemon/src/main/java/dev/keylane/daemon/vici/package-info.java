/**
 * VICI, the control protocol of strongSwan's charon, as values: a {@link dev.keylane.daemon.vici.ViciMessage} is an
 * ordered tree of byte strings, a {@link dev.keylane.daemon.vici.ViciPacket} gives it a purpose, and reader and writer
 * turn packets into length-prefixed segments of at most 512 KiB. The order of elements is kept, for clients print what
 * they are told in the order they are told it. Nothing here does I/O; malformed octets are a value.
 */
@NullMarked
package dev.keylane.daemon.vici;

import org.jspecify.annotations.NullMarked;
