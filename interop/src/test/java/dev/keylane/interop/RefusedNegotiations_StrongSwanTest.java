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
 * What cannot come up: the right notify crosses the wire (as strongSwan's log names it), our log says what is wrong, and
 * neither kernel keeps an SA or a policy.
 */
@InLab
class RefusedNegotiations_StrongSwanTest {
    /**
     * {@code answer} is what the message from responder to initiator carries in strongSwan's log, {@code ours} what
     * keylane's log must say, as a regular expression, when it initiates and when it responds.
     */
    private record Refusal(String name, SwanctlConf left, SwanctlConf right, String answer, String oursInitiating, String oursResponding) {}

    private static List<Refusal> refusals() {
        return List.of(
                new Refusal("wrong-secret", left("wrong-secret"), right("wrong-secret").secret("\"another secret than the peer has\""),
                        "IKE_AUTH response 1 \\[.*N\\(AUTH_FAILED\\)", "AUTHENTICATION_FAILED", "(?i)(mac mismatch|authentication of .*fail|AUTHENTICATION_FAILED)"),
                new Refusal("no-ike-proposal", left("no-ike-proposal"), right("no-ike-proposal").connection("proposals", "aes256-sha512-modp3072"),
                        "IKE_SA_INIT response 0 \\[.*N\\(NO_PROP\\)", "NO_PROPOSAL_CHOSEN", "(?i)(no\\b.* proposal|proposals? .*(unacceptable|mismatch)|NO_PROPOSAL_CHOSEN)"),
                new Refusal("no-esp-proposal", left("no-esp-proposal"), right("no-esp-proposal").child("esp_proposals", "aes256-sha512-esn"),
                        "IKE_AUTH response 1 \\[.*N\\(NO_PROP\\)", "NO_PROPOSAL_CHOSEN", "(?i)(no\\b.* proposal|proposals? .*(unacceptable|mismatch)|NO_PROPOSAL_CHOSEN)"),
                new Refusal("other-selectors", left("other-selectors"), right("other-selectors").child("local_ts", "10.9.0.0/24").child("remote_ts", "10.8.0.0/24"),
                        "IKE_AUTH response 1 \\[.*N\\(TS_UNACCEPT\\)", "TS_UNACCEPTABLE", "(?i)(traffic selectors|TS_UNACCEPTABLE)"),
                new Refusal("unknown-id", left("unknown-id").ids("stranger", "right"), right("unknown-id").ids("right", "somebody"),
                        "IKE_AUTH response 1 \\[.*N\\(AUTH_FAILED\\)", "AUTHENTICATION_FAILED", "(?i)(no matching|unknown|AUTHENTICATION_FAILED)"));
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
        Evidence evidence = Scenario.named("refusals-unreachable").within(Duration.ofSeconds(90))
                .file("unreachable.left.conf", left("unreachable").text()).file("unreachable.right.conf", right("unreachable").text())
                .run("""
                        start_keylane left
                        start_charon right
                        impair loss 100%
                        initiate_timeout=8 try_refusal unreachable left
                        """);
        return Stream.of(
                DynamicTest.dynamicTest("script", evidence::completed),
                DynamicTest.dynamicTest("the log tells of retransmissions", () -> tellsOfRetransmissions(evidence)),
                DynamicTest.dynamicTest("nothing is left", () -> nothingIsLeft(evidence, "unreachable")));
    }

    private static Stream<DynamicTest> run(String name, String initiator, String verb) {
        Scenario scenario = Scenario.named(name).within(Duration.ofSeconds(240));
        StringBuilder script = new StringBuilder("start_keylane left\nstart_charon right\n");
        for (Refusal refusal : refusals()) {
            scenario.file(refusal.name() + ".left.conf", refusal.left().text()).file(refusal.name() + ".right.conf", refusal.right().text());
            script.append("initiate_timeout=10 try_refusal %s %s%n".formatted(refusal.name(), initiator));
        }
        Evidence evidence = scenario.run(script.toString());
        return Stream.concat(Stream.of(DynamicTest.dynamicTest("script", evidence::completed)), refusals().stream().map(refusal ->
                DynamicTest.dynamicTest(refusal.name(), () -> {
                    assertThat(evidence.text(refusal.name() + ".right.log")).as("the peer's log of the notify. %s", evidence).containsPattern(verb + refusal.answer());
                    String ours = evidence.text(refusal.name() + ".left.log");
                    assertThat(ours).as("keylane's log. %s", evidence).containsPattern(initiator.equals("left") ? refusal.oursInitiating() : refusal.oursResponding());
                    nothingIsLeft(evidence, refusal.name());
                })));
    }

    private static void tellsOfRetransmissions(Evidence evidence) {
        assertThat(evidence.text("unreachable.left.log")).as("keylane's log. %s", evidence).containsPattern("(?i)retransmi");
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
}
