/**
 * What two daemons answered when they were asked the same over VICI, compared key by key: transcripts of
 * {@code interop/lab/viciwalk.py} and outputs of swanctl. What may differ is written down as a {@code Tolerance} with a
 * sentence, and that sentence stands in the compatibility table of docs/control-socket.md.
 */
@org.jspecify.annotations.NullMarked
package dev.keylane.interop.vici;
