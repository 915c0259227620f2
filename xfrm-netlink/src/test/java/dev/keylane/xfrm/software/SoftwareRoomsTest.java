package dev.keylane.xfrm.software;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Timer;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** What may know what in the software kernel. */
@AnalyzeClasses(packages = "dev.keylane.xfrm.software", importOptions = ImportOption.DoNotIncludeTests.class)
class SoftwareRoomsTest {
    private static final String ROOM = "dev.keylane.xfrm.software";

    @ArchTest
    static final ArchRule nothingNativeOrOfTheNetwork = noClasses()
            .should().dependOnClassesThat().resideInAnyPackage("java.lang.foreign..", "java.net..", "javax.crypto..",
                    "java.nio.channels..", "dev.keylane.netlink..", "dev.keylane.xfrm.kernel..",
                    "dev.keylane.ike.crypto.jca..");

    @ArchTest
    static final ArchRule onlyTheDeviceMakesSystemCalls = noClasses().that().resideOutsideOfPackage(ROOM + ".tun")
            .should().dependOnClassesThat().resideInAPackage("dev.keylane.linux..");

    @ArchTest
    static final ArchRule espKnowsNoTablesAndNoClock = noClasses().that()
            .resideInAnyPackage(ROOM + ".esp", ROOM + ".packet")
            .should().dependOnClassesThat().resideInAnyPackage(ROOM, ROOM + ".tun", "java.time..",
                    "java.util.concurrent", "java.util.concurrent.locks..")
            .orShould().dependOnClassesThat().belongToAnyOf(Thread.class);

    @ArchTest
    static final ArchRule packetsKnowNoEsp = noClasses().that().resideInAPackage(ROOM + ".packet")
            .should().dependOnClassesThat().resideInAPackage(ROOM + ".esp");

    @ArchTest
    static final ArchRule tablesKnowNoClock = classes().that().haveSimpleNameNotEndingWith("Timers")
            .should().onlyDependOnClassesThat().doNotBelongToAnyOf(Instant.class, Clock.class,
                    ScheduledThreadPoolExecutor.class, Timer.class);
}
