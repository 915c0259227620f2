package dev.keylane.xfrm.kernel;

import dev.keylane.linux.NetNamespace;
import dev.keylane.xfrm.XfrmKernelContract;
import dev.keylane.xfrm.contract.KernelUnderTest;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/** The contract on this machine's kernel, as far as it goes; the rest runs in the lab by {@link ContractRun}. */
class NetlinkXfrmContractTest extends XfrmKernelContract {
    private static final Optional<String> UNAVAILABLE = NetNamespace.unavailable();

    @Override
    protected void withKernel(Consumer<KernelUnderTest> body) {
        Assumptions.assumeTrue(UNAVAILABLE.isEmpty(), () -> "needs root: " + UNAVAILABLE.orElseThrow());
        LiveKernel.with(body::accept);
    }
}
