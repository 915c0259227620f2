/**
 * The software kernel's door to the host's own applications: a TUN device with one queue a CPU, for root. What the host
 * routes to the device goes out through the kernel; what the kernel opens is written back and looks received there. The
 * operator gives the device its address, routes and MTU (the network's less 100 leaves room for UDP, ESP and an inner
 * header). Packets that no policy protects are counted and dropped: beyond the device there is no network in the clear.
 */
@NullMarked
package dev.keylane.xfrm.software.tun;

import org.jspecify.annotations.NullMarked;
