package dev.keylane.pcpu;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;

/** The plan is a machine like the core: it knows nothing but events and the time it is told. */
@AnalyzeClasses(packages = "dev.keylane.pcpu", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    @ArchTest
    static final ArchRule knowsTheCoreAndTheJdkOnly = classes()
            .should().onlyDependOnClassesThat(resideInAnyPackage("java.lang..", "java.util", "java.util.function",
                    "java.util.stream", "java.time", "org.jspecify..", "dev.keylane.ike..", "dev.keylane.pcpu"));

    @ArchTest
    static final ArchRule knowsNoMachineOfTheCore = noClasses()
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.ike.endpoint..", "dev.keylane.ike.wire..",
                    "dev.keylane.ike.crypto..", "dev.keylane.ike.exchange..");

    @ArchTest
    static final ArchRule noClockNoRandomnessNoThread = noClasses()
            .should().callMethod(Instant.class, "now")
            .orShould().callMethod(System.class, "nanoTime")
            .orShould().callMethod(System.class, "currentTimeMillis")
            .orShould().dependOnClassesThat().areAssignableTo(Clock.class)
            .orShould().dependOnClassesThat().areAssignableTo(Random.class)
            .orShould().dependOnClassesThat().areAssignableTo(Thread.class)
            .because("time is passed in, and all state belongs to one shard");

    @ArchTest
    static final ArchRule noVolatileFields = noFields().should().haveModifier(JavaModifier.VOLATILE);

    @ArchTest
    static final ArchRule namesSayWhatThingsAre = noClasses()
            .should().haveNameMatching(".*(Util|Utils|Manager|Helper|Impl)")
            .orShould().haveNameMatching(".*\\.I[A-Z][a-z]\\w*");
}
