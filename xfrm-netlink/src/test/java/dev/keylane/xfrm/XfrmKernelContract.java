package dev.keylane.xfrm;

import dev.keylane.xfrm.contract.ContractCase;
import dev.keylane.xfrm.contract.ContractCases;
import dev.keylane.xfrm.contract.KernelUnderTest;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cases of {@link ContractCases} as tests of one adapter. */
public abstract class XfrmKernelContract {
    /** Makes an empty kernel, lets {@code body} use it on the thread it needs, closes it; failures come through. */
    protected abstract void withKernel(Consumer<KernelUnderTest> body);

    @TestFactory
    Stream<DynamicTest> contract() {
        return ContractCases.all().stream()
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> withKernel(kernel -> run(c, kernel))));
    }

    private static void run(ContractCase theCase, KernelUnderTest world) {
        XfrmCapabilities can = world.kernel().capabilities();
        Assumptions.assumeTrue(theCase.needs().metBy(can), () -> theCase.needs() + " needed, there is " + can);
        theCase.run(world);
    }
}
