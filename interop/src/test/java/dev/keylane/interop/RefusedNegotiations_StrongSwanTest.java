package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What cannot come up: the right notify crosses the wire (as strongSwan's log names it), our log says what is wrong,
 * and neither kernel keeps an SA or a policy.
 */
@InLab
class RefusedNegotiations_StrongSwanTest {
    /**
     * Two ends that do not fit. {@code answer} is how strongSwan logs the message that carries the notify;
     * {@code initiating} and {@code responding} are what keylane's log must match in either role.
     */
    private record Refusal(SwanctlConf left, SwanctlConf right, String answer, String initiating, String responding) {
        String name() {
            return left.name();
        }

        String ours(String initiator) {
            return initiator.equals("left") ? initiating : responding;
        }
    }

    private static List<Refusal> refusals() {
        return List.of(
                new Refusal(left("wrong-secret"), right("wrong-secret").secret("\"another secret than the peer has\""),
                        "IKE_AUTH response 1 \\[.*N\\(AUTH_FAILED\\)",
                        REFUSED, "tried 1 shared key for 'left' - 'right', but MAC mismatched"),
                new Refusal(left("no-ike-proposal"),
                        right("no-ike-proposal").connection("proposals", OTHER + "-modp3072"),
                        "IKE_SA_INIT response 0 \\[.*N\\(NO_PROP\\)",
                        "received NO_PROPOSAL_CHOSEN notify", "received proposals unacceptable"),
                new Refusal(left("no-esp-proposal"), right("no-esp-proposal").child("esp_proposals", OTHER + "-esn"),
                        "IKE_AUTH response 1 \\[.*N\\(NO_PROP\\)",
                        "received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built", "no acceptable proposal found"),
                new Refusal(left("other-selectors"),
                        right("other-selectors").child("local_ts", "10.9.0.0/24").child("remote_ts", "10.8.0.0/24"),
                        "IKE_AUTH response 1 \\[.*N\\(TS_UNACCEPT\\)",
                        "received TS_UNACCEPTABLE notify, no CHILD_SA built", "traffic selectors .* unacceptable"),
                new Refusal(left("unknown-id").ids("stranger", "right"), right("unknown-id").ids("right", "somebody"),
                        "IKE_AUTH response 1 \\[.*N\\(AUTH_FAILED\\)",
                        REFUSED, "no matching peer config found"));
    }

    @TestFactory
    Stream<DynamicTest> keylaneInitiates() {
        return run("refusals-keylane-initiates", "left", "generating ");
    }

    @TestFactory
    Stream<DynamicTest> keylaneResponds() {
        return run("refusals-keylane-responds", "right", "parsed ");
    }

    @TestFactory
    Stream<DynamicTest> peerCannotBeReached() {
        Evidence evidence = Scenario.named("refusals-unreachable").within(Duration.ofSeconds(180))
                .file("impatient.conf", "charon {\n  retransmit_timeout = 1.0\n  retransmit_tries = 2\n}\n")
                .file("unreachable.left.conf", left("unreachable").text())
                .file("unreachable.right.conf", right("unreachable").text())
                .run("""
                        start_keylane left /out/impatient.conf
                        start_charon right
                        impair loss 100%
                        initiate_timeout=30 try_refusal unreachable left
                        """);
        return Stream.of(
                DynamicTest.dynamicTest("script", evidence::completed),
                DynamicTest.dynamicTest("the log tells of retransmissions and of their end", () -> {
                    logTells(evidence, "unreachable", "retransmit 2 of request");
                    logTells(evidence, "unreachable", "giving up after 2 retransmits");
                }),
                DynamicTest.dynamicTest("nothing is left", () -> nothingIsLeft(evidence, "unreachable")));
    }

    private static Stream<DynamicTest> run(String name, String initiator, String verb) {
        List<Refusal> refusals = refusals();
        Scenario scenario = Scenario.named(name).within(Duration.ofSeconds(240));
        StringBuilder script = new StringBuilder("start_keylane left\nstart_charon right\n");
        for (Refusal refusal : refusals) {
            scenario.file(refusal.name() + ".left.conf", refusal.left().text());
            scenario.file(refusal.name() + ".right.conf", refusal.right().text());
            script.append("initiate_timeout=10 try_refusal %s %s%n".formatted(refusal.name(), initiator));
        }
        Evidence evidence = scenario.run(script.toString());
        return Stream.concat(Stream.of(DynamicTest.dynamicTest("script", evidence::completed)),
                refusals.stream().map(refusal -> DynamicTest.dynamicTest(refusal.name(), () -> {
                    assertThat(evidence.text(refusal.name() + ".right.log")).as("the peer's log. %s", evidence)
                            .containsPattern(verb + refusal.answer());
                    logTells(evidence, refusal.name(), refusal.ours(initiator));
                    nothingIsLeft(evidence, refusal.name());
                })));
    }

    private static void logTells(Evidence evidence, String name, String pattern) {
        assertThat(evidence.text(name + ".left.log")).as("keylane's log. %s", evidence).containsPattern(pattern);
    }

    private static void nothingIsLeft(Evidence evidence, String name) {
        assertThat(evidence.number(name + ".initiated")).as("status of the initiation. %s", evidence).isPositive();
        assertThat(evidence.number(name + ".remaining")).as("SAs that are left. %s", evidence).isZero();
        assertThat(evidence.number(name + ".policies")).as("policies that are left. %s", evidence).isZero();
    }

    private static SwanctlConf left(String name) {
        return SwanctlConf.left(Tunnel.plain(name));
    }

    private static SwanctlConf right(String name) {
        return SwanctlConf.right(Tunnel.plain(name));
    }

    /** A suite that the left end does not offer. */
    private static final String OTHER = "aes256-sha512";
    private static final String REFUSED = "received AUTHENTICATION_FAILED notify error";
}
