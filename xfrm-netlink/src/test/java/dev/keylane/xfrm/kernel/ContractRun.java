package dev.keylane.xfrm.kernel;

import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.contract.ContractCase;
import dev.keylane.xfrm.contract.ContractCases;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the contract and what only the real kernel can show against this machine's kernel, without a test framework:
 * {@code java -cp ... dev.keylane.xfrm.kernel.ContractRun}. Prints a line a case, {@code ok NAME},
 * {@code skipped NAME: reason} or {@code FAILED NAME: reason}, and exits with 1 when one failed.
 */
public final class ContractRun {
    private ContractRun() {
    }

    public static void main(String[] args) {
        List<ContractCase> cases = Stream.concat(ContractCases.all().stream(), RealKernelCases.all().stream()).toList();
        long failed = cases.stream().map(ContractRun::run).filter(ok -> !ok).count();
        System.out.println(cases.size() + " cases, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    private static boolean run(ContractCase theCase) {
        try {
            LiveKernel.with(kernel -> {
                XfrmCapabilities can = kernel.kernel().capabilities();
                if (theCase.needs().metBy(can)) {
                    theCase.run(kernel);
                    System.out.println("ok " + theCase);
                } else {
                    System.out.println("skipped " + theCase + ": needs " + theCase.needs() + ", there is " + can);
                }
            });
            return true;
        } catch (RuntimeException | AssertionError failure) {
            System.out.println("FAILED " + theCase + ": " + failure);
            return false;
        }
    }
}
