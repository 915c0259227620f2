package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.XfrmCapabilities;

/** What putting Child SAs into the kernel takes, and keeping account of them there. */
record KernelParts(KernelWriter writer, PolicyLedger ledger, Reqids reqids, OffloadLadder ladder, Divisions divisions,
                   Egress egress, XfrmCapabilities can) {
}
