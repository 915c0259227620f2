/**
 * Steering by the programs of {@link dev.keylane.steering.program}. What a device has is pinned in a directory of its own:
 * its maps, and the link that holds the program on the hook. So packets keep their way while no daemon runs, and the next
 * one takes the maps over and exchanges only the program. A program of somebody else's is never replaced.
 *
 * <pre>
 * /sys/fs/bpf/keylane/esp/DEVICE/{sas,cpus,verdicts,link}      {@link dev.keylane.steering.xdp.XdpSteering}
 * /sys/fs/bpf/keylane/flows/DEVICE/{flows,cpus,verdicts,link}  {@link dev.keylane.steering.xdp.FlowSpreading}
 * </pre>
 *
 * A dot in a device's name becomes a colon, since names in a BPF file system have no dots.
 */
@NullMarked
package dev.keylane.steering.xdp;

import org.jspecify.annotations.NullMarked;
