package dev.keylane.daemon;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom in this module, and that nobody further in knows it. */
@AnalyzeClasses(packages = "dev.keylane", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    @ArchTest
    static final ArchRule roomsFormNoCycle = slices().matching("dev.keylane.(daemon.*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule modulesPointInward = noClasses()
            .that().resideInAnyPackage("dev.keylane.ike..", "dev.keylane.pcpu..", "dev.keylane.linux..",
                    "dev.keylane.netlink..", "dev.keylane.xfrm..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.daemon..", "dev.keylane.cli..",
                    "dev.keylane.demo..", "io.netty..", "io.vertx..", "io.micrometer..");

    @ArchTest
    static final ArchRule perCpuPlansKnowTheCoreOnly = noClasses()
            .that().resideInAPackage("dev.keylane.pcpu..")
            .should().dependOnClassesThat().resideOutsideOfPackages("java..", "org.jspecify..", "dev.keylane.ike..",
                    "dev.keylane.pcpu..");

    @ArchTest
    static final ArchRule theCoreKnowsNoOtherRoom = noClasses()
            .that().resideInAPackage("dev.keylane.ike..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.pcpu..", "dev.keylane.linux..",
                    "dev.keylane.netlink..", "dev.keylane.xfrm..");

    @ArchTest
    static final ArchRule nobodyKnowsTheCommandLine = noClasses()
            .that().resideInAPackage("dev.keylane.daemon..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.cli..", "dev.keylane.demo..",
                    "dev.keylane.doctor..");

    @ArchTest
    static final ArchRule kernelCallsStayBehindThePort = noClasses()
            .that().resideInAnyPackage("dev.keylane.daemon.kernel..", "dev.keylane.daemon.shard..",
                    "dev.keylane.daemon.control..", "dev.keylane.daemon.vici..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.netlink..", "dev.keylane.linux..",
                    "dev.keylane.xfrm.kernel..", "dev.keylane.xfrm.software..");

    @ArchTest
    static final ArchRule vertxServesHttpOnly = noClasses()
            .that().resideOutsideOfPackage("dev.keylane.daemon.http..")
            .should().dependOnClassesThat().resideInAPackage("io.vertx..");

    @ArchTest
    static final ArchRule clientsComeInByControl = noClasses()
            .that().resideInAnyPackage("dev.keylane.daemon.vici..", "dev.keylane.daemon.http..",
                    "dev.keylane.daemon.metrics..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.daemon.shard..",
                    "dev.keylane.ike.endpoint..");
}
