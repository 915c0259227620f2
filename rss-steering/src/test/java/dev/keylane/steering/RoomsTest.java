package dev.keylane.steering;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom in this module. */
@AnalyzeClasses(packages = {"dev.keylane.bpf", "dev.keylane.steering"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    @ArchTest
    static final ArchRule foreignMemoryStaysAtTheEdge = noClasses()
            .that().resideOutsideOfPackage("dev.keylane.bpf")
            .should().dependOnClassesThat().resideInAPackage("java.lang.foreign..");

    @ArchTest
    static final ArchRule codeKnowsNoKernel = noClasses()
            .that().resideInAPackage("dev.keylane.bpf.code")
            .should().dependOnClassesThat().resideOutsideOfPackages("dev.keylane.bpf.code", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule bpfKnowsNoSteering = noClasses()
            .that().resideInAPackage("dev.keylane.bpf..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.steering..", "dev.keylane.ike..",
                    "dev.keylane.xfrm..");

    @ArchTest
    static final ArchRule thePortKnowsNoStrategy = noClasses()
            .that().resideInAPackage("dev.keylane.steering")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.steering.program..",
                    "dev.keylane.steering.xdp..", "dev.keylane.bpf..", "dev.keylane.linux..", "dev.keylane.netlink..");

    @ArchTest
    static final ArchRule programsAreOnlyWrittenDown = noClasses()
            .that().resideInAPackage("dev.keylane.steering.program")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.steering.xdp..", "dev.keylane.linux..",
                    "dev.keylane.netlink..");

    @ArchTest
    static final ArchRule steeringKnowsNoXfrm = noClasses()
            .that().resideInAPackage("dev.keylane.steering..")
            .should().dependOnClassesThat().resideInAPackage("dev.keylane.xfrm..");
}
