package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of several children a responder takes. */
class ChildChoiceScenarioTest {
    private static final TsPattern UDP = new TsPattern(null, null, 17, 0, 0xffff);
    private static final TsPattern VXLAN = new TsPattern(null, null, 17, 4789, 4789);

    /** The first would do, too, for what goes from the port to the port. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theOneThatNeedNotNarrowWhateverTheOrder(boolean reversed) {
        Pair pair = new Pair(1);
        List<ChildConfig> children = new ArrayList<>(List.of(child("back", UDP, VXLAN), child("there", VXLAN, UDP)));
        if (reversed) {
            Collections.reverse(children);
        }
        pair.left.load(Configs.LEFT.selectors(UDP, VXLAN).book(), pair.now);
        pair.right.load(withChildren(Configs.RIGHT.book(), children), pair.now);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.right.children()).singleElement().satisfies(child -> {
            assertThat(child.name()).isEqualTo("there");
            assertThat(child.terms().selectors().remote().getFirst().anyPort()).isTrue();
        });
    }

    private static ChildConfig child(String name, TsPattern local, TsPattern remote) {
        ChildConfig c = Configs.RIGHT.selectors(local, remote).book().connections().getFirst().children().getFirst();
        return new ChildConfig(name, c.mode(), c.proposals(), c.localTs(), c.remoteTs(), c.actions(), c.lifetime(),
                c.perCpu(), c.kernel());
    }

    private static PolicyBook withChildren(PolicyBook book, List<ChildConfig> children) {
        Connection c = book.connections().getFirst();
        return new PolicyBook(List.of(new Connection(c.name(), c.endpoints(), c.proposals(), c.local(), c.remote(),
                c.options(), children)), book.sharedKeys());
    }
}
