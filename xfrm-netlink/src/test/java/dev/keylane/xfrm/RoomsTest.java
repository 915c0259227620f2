package dev.keylane.xfrm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom in this module. */
@AnalyzeClasses(packages = {"dev.keylane.linux", "dev.keylane.netlink", "dev.keylane.xfrm"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    @ArchTest
    static final ArchRule foreignMemoryStaysAtTheEdge = noClasses()
            .that().resideOutsideOfPackages("dev.keylane.linux", "dev.keylane.netlink", "dev.keylane.xfrm.kernel")
            .should().dependOnClassesThat().resideInAPackage("java.lang.foreign..");

    @ArchTest
    static final ArchRule systemCallsKnowNoProtocol = noClasses()
            .that().resideInAPackage("dev.keylane.linux")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.netlink..", "dev.keylane.xfrm..",
                    "dev.keylane.ike..");

    @ArchTest
    static final ArchRule netlinkKnowsNoFamily = noClasses()
            .that().resideInAPackage("dev.keylane.netlink")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.xfrm..", "dev.keylane.ike..");

    @ArchTest
    static final ArchRule thePortKnowsNoAdapter = noClasses()
            .that().resideInAPackage("dev.keylane.xfrm")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.xfrm.kernel..",
                    "dev.keylane.xfrm.software..", "dev.keylane.netlink..", "dev.keylane.linux..");

    @ArchTest
    static final ArchRule adaptersDoNotKnowEachOther = noClasses()
            .that().resideInAPackage("dev.keylane.xfrm.kernel..")
            .should().dependOnClassesThat().resideInAPackage("dev.keylane.xfrm.software..");

    @ArchTest
    static final ArchRule norTheOtherWay = noClasses()
            .that().resideInAPackage("dev.keylane.xfrm.software..").should()
            .dependOnClassesThat().resideInAnyPackage("dev.keylane.xfrm.kernel..", "dev.keylane.netlink..")
            .allowEmptyShould(true);
}
