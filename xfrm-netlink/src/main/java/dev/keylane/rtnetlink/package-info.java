/**
 * What rtnetlink (NETLINK_ROUTE) knows of the way to a peer: the devices its packets leave by, what kind of link a
 * device is, and which devices come, go, and are switched on or off, and who is known on their links. Writes neighbours
 * alone. {@link dev.keylane.rtnetlink.Routes}
 * asks for many ways at once; no route is an answer, not a failure. {@link dev.keylane.rtnetlink.Links} tells of devices.
 */
@NullMarked
package dev.keylane.rtnetlink;

import org.jspecify.annotations.NullMarked;
