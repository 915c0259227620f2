package dev.keylane.steering;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom in this module. */
@AnalyzeClasses(packages = {"dev.keylane.bpf", "dev.keylane.ethtool", "dev.keylane.steering"},
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
                    "dev.keylane.steering.xdp..", "dev.keylane.steering.rss..", "dev.keylane.steering.ntuple..",
                    "dev.keylane.steering.queue..", "dev.keylane.ethtool..", "dev.keylane.bpf..", "dev.keylane.linux..", "dev.keylane.netlink..");

    @ArchTest
    static final ArchRule programsAreOnlyWrittenDown = noClasses()
            .that().resideInAPackage("dev.keylane.steering.program")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.steering.xdp..", "dev.keylane.linux..",
                    "dev.keylane.netlink..");

    @ArchTest
    static final ArchRule ethtoolKnowsNoSteering = noClasses()
            .that().resideInAPackage("dev.keylane.ethtool")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.steering..", "dev.keylane.bpf..",
                    "dev.keylane.netlink..");

    @ArchTest
    static final ArchRule queuesKnowNoStrategy = noClasses()
            .that().resideInAPackage("dev.keylane.steering.queue")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.steering.rss..",
                    "dev.keylane.steering.ntuple..", "dev.keylane.steering.xdp..", "dev.keylane.ethtool..");

    @ArchTest
    static final ArchRule strategiesDoNotKnowEachOther = slices().matching("dev.keylane.steering.(rss|ntuple|xdp)..")
            .should().notDependOnEachOther();

    @ArchTest
    static final ArchRule steeringKnowsNoXfrm = noClasses()
            .that().resideInAPackage("dev.keylane.steering..")
            .should().dependOnClassesThat().resideInAPackage("dev.keylane.xfrm..");
}
