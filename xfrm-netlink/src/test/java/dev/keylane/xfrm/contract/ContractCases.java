package dev.keylane.xfrm.contract;

import java.util.List;
import java.util.stream.Stream;

/** All there are. */
public final class ContractCases {
    private ContractCases() {
    }

    public static List<ContractCase> all() {
        return Stream.of(StateCases.all(), MoveCases.all(), RefusalCases.all(), PolicyCases.all(), SelectionCases.all(),
                AcquireCases.all(), ExpiryCases.all()).flatMap(List::stream).toList();
    }
}
