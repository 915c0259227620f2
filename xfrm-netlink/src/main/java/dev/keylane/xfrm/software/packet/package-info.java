/**
 * IP packets as the software kernel sees them: a bounds-checked view of IPv4 (RFC 791) and IPv6 (RFC 8200) headers, the
 * flow that selectors are matched against, the Internet checksum (RFC 1071), and UDP datagrams (RFC 768) to build and
 * read. Parsing never throws: what is no packet is answered by null.
 */
@NullMarked
package dev.keylane.xfrm.software.packet;

import org.jspecify.annotations.NullMarked;
