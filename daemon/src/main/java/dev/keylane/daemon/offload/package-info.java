/**
 * What network devices can do for IPsec, and what they have been asked and have granted. A device is tried, since
 * nothing it announces tells crypto offload from packet offload: {@link dev.keylane.daemon.offload.DeviceProbe} gives it
 * throw-away states and takes them back, {@link dev.keylane.daemon.offload.Abilities} is the answer, with the kernel's
 * words for each no. Nothing here knows the daemon's SAs; rooms that do come here for words and counts. XFRM device
 * offload (Linux Documentation/networking/xfrm/xfrm_device.rst); RFC 4303 for sequence numbers and windows.
 */
@NullMarked
package dev.keylane.daemon.offload;

import org.jspecify.annotations.NullMarked;
