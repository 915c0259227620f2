package dev.keylane.daemon;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the rooms of the daemon: each layer knows those below it alone. */
@AnalyzeClasses(packages = {"dev.keylane.daemon", "dev.keylane.cli", "dev.keylane.demo"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
    private static final String DAEMON = "dev.keylane.daemon.";

    @ArchTest
    static final ArchRule layersKnowThoseBelow = layeredArchitecture().consideringOnlyDependenciesInLayers()
            .layer("commands").definedBy("dev.keylane.cli..")
            .layer("demo").definedBy("dev.keylane.demo..")
            .layer("boot").definedBy(DAEMON + "boot..")
            .layer("http").definedBy(DAEMON + "http..")
            .layer("metrics").definedBy(DAEMON + "metrics..")
            .layer("vici").definedBy(DAEMON + "vici..")
            .layer("shard").definedBy(DAEMON + "shard..")
            .layer("net").definedBy(DAEMON + "net..")
            .layer("control").definedBy(DAEMON + "control..")
            .layer("kernel").definedBy(DAEMON + "kernel..")
            .layer("config").definedBy(DAEMON + "config..")
            .whereLayer("commands").mayNotBeAccessedByAnyLayer()
            .whereLayer("demo").mayOnlyBeAccessedByLayers("commands")
            .whereLayer("boot").mayOnlyBeAccessedByLayers("commands", "demo")
            .whereLayer("http").mayOnlyBeAccessedByLayers("commands", "boot")
            .whereLayer("metrics").mayOnlyBeAccessedByLayers("boot", "http")
            .whereLayer("vici").mayOnlyBeAccessedByLayers("commands", "boot")
            .whereLayer("shard").mayOnlyBeAccessedByLayers("boot")
            .whereLayer("net").mayOnlyBeAccessedByLayers("boot")
            .whereLayer("control").mayOnlyBeAccessedByLayers("commands", "demo", "boot", "http", "metrics", "vici", "shard")
            .whereLayer("kernel").mayOnlyBeAccessedByLayers("boot", "vici", "shard", "control")
            .whereLayer("config").mayOnlyBeAccessedByLayers("commands", "demo", "boot", "vici");

    @ArchTest
    static final ArchRule theClientKnowsNoDaemon = noClasses().that().resideInAPackage(DAEMON + "vici.client")
            .should().dependOnClassesThat().resideInAnyPackage(DAEMON + "control..", DAEMON + "config..",
                    DAEMON + "kernel..", DAEMON + "vici.server..", DAEMON + "vici.command..");

    @ArchTest
    static final ArchRule nettyStaysWhereLoopsAre = noClasses().that().resideOutsideOfPackages(DAEMON + "net",
                    DAEMON + "shard", DAEMON + "boot", DAEMON + "vici.server", DAEMON + "vici.client")
            .should().dependOnClassesThat().resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule micrometerMeasuresAlone = noClasses()
            .that().resideOutsideOfPackages(DAEMON + "http", DAEMON + "metrics")
            .should().dependOnClassesThat().resideInAPackage("io.micrometer..");

    @ArchTest
    static final ArchRule foreignMemoryIsNotForUs = noClasses()
            .should().dependOnClassesThat().resideInAPackage("java.lang.foreign..");

    @ArchTest
    static final ArchRule picocliReadsCommandLinesAlone = noClasses()
            .that().resideOutsideOfPackages("dev.keylane.cli..", "dev.keylane.demo")
            .should().dependOnClassesThat().resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule cryptographyIsTheCores = noClasses()
            .should().dependOnClassesThat().resideInAnyPackage("javax.crypto..", "org.conscrypt..", "org.bouncycastle..");

    @ArchTest
    static final ArchRule namesSayWhatThingsAre = noClasses()
            .should().haveNameMatching(".*(Util|Utils|Manager|Helper|Impl)")
            .orShould().haveNameMatching(".*\\.I[A-Z][a-z]\\w*");
}
