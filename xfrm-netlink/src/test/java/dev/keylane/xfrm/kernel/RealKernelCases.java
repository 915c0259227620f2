package dev.keylane.xfrm.kernel;

import dev.keylane.xfrm.contract.ContractCase;
import java.util.List;

final class RealKernelCases {
    private RealKernelCases() {
    }

    static List<ContractCase> all() {
        return List.of();
    }
}
