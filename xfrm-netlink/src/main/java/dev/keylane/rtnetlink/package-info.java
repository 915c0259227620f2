/**
 * What rtnetlink (NETLINK_ROUTE) knows of the way to a peer: the devices its packets leave by, and what kind of link a
 * device is. Reads only. {@link dev.keylane.rtnetlink.Routes} asks for many ways at once; no route is an answer, not a
 * failure.
 */
@NullMarked
package dev.keylane.rtnetlink;

import org.jspecify.annotations.NullMarked;
