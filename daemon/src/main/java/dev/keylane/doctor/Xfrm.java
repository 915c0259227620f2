package dev.keylane.doctor;

import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.kernel.SadSize;
import java.util.Optional;

/** The kernel's IPsec, as far as we get to it. */
public sealed interface Xfrm {
    record Open(XfrmKernel kernel, Optional<SadSize> size) implements Xfrm {
    }

    /**
     * @param reason the kernel's words
     */
    record Closed(String reason) implements Xfrm {
    }
}
