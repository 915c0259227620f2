package dev.keylane.ike;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.keylane.ike.exchange.Opened;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadChain;
import dev.keylane.ike.wire.payload.Payload;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;

/** The arrows between the rooms of the core, and what must not come in. */
@AnalyzeClasses(packages = "dev.keylane.ike", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    private static final String JCA = "dev.keylane.ike.crypto.jca";

    @ArchTest
    static final ArchRule coreKnowsTheJdkOnly = classes().that().resideOutsideOfPackage(JCA)
            .should().onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify..", "dev.keylane.ike.."))
            .because("the core is sans-IO: no Netty, no logging, no provider of cryptography");

    @ArchTest
    static final ArchRule providersStayInTheirRoom = classes().that().resideInAPackage(JCA)
            .should().onlyDependOnClassesThat(resideInAnyPackage("java..", "javax.crypto..",
                    "javax.security.auth..", "org.jspecify..", "org.conscrypt..", "org.bouncycastle..",
                    "dev.keylane.ike.."));

    @ArchTest
    static final ArchRule noProviderOutsideItsRoom = noClasses().that().resideOutsideOfPackage(JCA)
            .should().dependOnClassesThat().resideInAnyPackage("javax.crypto..", "org.conscrypt..",
                    "org.bouncycastle..")
            .orShould().dependOnClassesThat().resideInAPackage(JCA);

    @ArchTest
    static final ArchRule noInputOrOutput = noClasses()
            .should().dependOnClassesThat().resideInAnyPackage("java.nio.channels..", "java.nio.file..",
                    "java.util.logging..", "java.lang.foreign..")
            .orShould().dependOnClassesThat().haveNameMatching("java\\.net\\..*(Socket|URL|URI|Http).*")
            .orShould().dependOnClassesThat().haveNameMatching(
                    "java\\.io\\.(File|(?!Object).*Stream|.*Writer|.*Reader).*")
            .orShould().dependOnClassesThat().haveNameMatching("java\\.lang\\.System\\$Logger.*")
            .orShould().accessField(System.class, "out")
            .orShould().accessField(System.class, "err");

    @ArchTest
    static final ArchRule noThreads = noClasses()
            .should().dependOnClassesThat(isThreading())
            .because("all state of an SA belongs to the one thread of its shard");

    @ArchTest
    static final ArchRule noClock = noClasses()
            .should().callMethod(Instant.class, "now")
            .orShould().callMethod(System.class, "nanoTime")
            .orShould().callMethod(System.class, "currentTimeMillis")
            .orShould().dependOnClassesThat().areAssignableTo(Clock.class)
            .because("time is passed in");

    @ArchTest
    static final ArchRule noRandomness = noClasses().that().resideOutsideOfPackage(JCA)
            .should().dependOnClassesThat().areAssignableTo(Random.class)
            .orShould().dependOnClassesThat().areAssignableTo(SecureRandom.class)
            .orShould().callMethod(Math.class, "random")
            .because("randomness is passed in");

    @ArchTest
    static final ArchRule noVolatileFields = noFields().should().haveModifier(JavaModifier.VOLATILE);

    @ArchTest
    static final ArchRule noSynchronizedMethods = noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED);

    /** Octets are the vocabulary of all rooms and depend on none. */
    @ArchTest
    static final ArchRule roomsFormNoCycle = slices().matching("dev.keylane.ike.(*)..").should().beFreeOfCycles()
            .ignoreDependency(alwaysTrue(), equivalentTo(Octets.class));

    @ArchTest
    static final ArchRule octetsStandAlone = classes().that().areAssignableTo(Octets.class)
            .should().onlyDependOnClassesThat(resideInAPackage("java..").or(equivalentTo(Octets.class))
                    .or(equivalentTo(Octets[].class)));

    @ArchTest
    static final ArchRule machinesAreOnTop = noClasses().that().resideInAnyPackage("dev.keylane.ike.wire..",
                    "dev.keylane.ike.net..", "dev.keylane.ike.proposal..", "dev.keylane.ike.policy..",
                    "dev.keylane.ike.crypto..", "dev.keylane.ike.auth..", "dev.keylane.ike.exchange..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.keylane.ike.sa..", "dev.keylane.ike.child..",
                    "dev.keylane.ike.endpoint..");

    @ArchTest
    static final ArchRule whatTravelsIsARecord = classes()
            .that(isOneOf(Payload.class, Decoded.class, PayloadChain.class, Opened.class, Event.class, Effect.class))
            .and().areNotInterfaces()
            .should().beRecords();

    @ArchTest
    static final ArchRule recordsHoldNoArrays = fields().that().areDeclaredInClassesThat().areRecords()
            .and().areNotStatic()
            .should().notHaveRawType(isArray())
            .because("Octets compare by content and cannot be changed, arrays do neither");

    @ArchTest
    static final ArchRule noSetters = noMethods().that().haveNameMatching("set[A-Z].*")
            .should().haveRawReturnType(void.class).allowEmptyShould(true);

    @ArchTest
    static final ArchRule namesSayWhatThingsAre = noClasses()
            .should().haveNameMatching(".*(Util|Utils|Manager|Helper|Impl)")
            .orShould().haveNameMatching(".*\\.I[A-Z][a-z]\\w*");

    private static DescribedPredicate<JavaClass> isThreading() {
        return DescribedPredicate.<JavaClass>describe("are threads, locks, executors or thread-local", type ->
                type.isAssignableTo(Thread.class) || type.isAssignableTo(ThreadLocal.class)
                        || type.getPackageName().startsWith("java.util.concurrent"));
    }

    private static DescribedPredicate<JavaClass> isArray() {
        return DescribedPredicate.describe("an array", JavaClass::isArray);
    }

    private static DescribedPredicate<JavaClass> isOneOf(Class<?>... kinds) {
        return DescribedPredicate.describe("are what travels", type -> {
            for (Class<?> kind : kinds) {
                if (type.isAssignableTo(kind)) {
                    return true;
                }
            }
            return false;
        });
    }
}
