package dev.keylane.xfrm.software;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.software.packet.Flow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTreeTest {
    private static final IpAddress HERE = IpAddress.of("192.0.2.1");
    private static final Comparator<Policy> AS_A_LIST =
            Comparator.<Policy>comparingLong(p -> Integer.toUnsignedLong(p.spec().priority()))
                    .thenComparingInt(Policy::order);
    private int order;

    @Test
    void theLowestPriorityAsAnUnsignedNumberDecidesThenTheOldest() {
        Policy high = policy(-1, 0);
        Policy young = policy(7, 0);
        Policy younger = policy(7, 0);
        PolicyTree tree = PolicyTree.EMPTY.with(younger).with(high).with(young);
        assertThat(tree.find(flow(3))).isSameAs(young);
        assertThat(tree.without(young).find(flow(3))).isSameAs(younger);
        assertThat(tree.without(young).without(younger).find(flow(3))).isSameAs(high);
        assertThat(tree.without(young).without(younger).without(high).list().all()).isEmpty();
    }

    @Test
    void whatIsNotInItCannotBeTakenOut() {
        Policy policy = policy(1, 0);
        assertThat(PolicyTree.EMPTY.with(policy).without(policy(1, 0)).list().all()).containsExactly(policy);
    }

    /** A sorted list is the model; what was looked at before a change must stay as it was. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void randomChangesLeaveItInOrderAndTheOldOnesAlone(long seed) {
        Random random = new Random(seed);
        List<Policy> model = new ArrayList<>();
        PolicyTree tree = PolicyTree.EMPTY;
        for (int step = 0; step < 600; step++) {
            PolicyTree before = tree;
            List<Policy> wasThere = List.copyOf(model);
            if (model.isEmpty() || random.nextInt(5) < 3) {
                Policy policy = policy(random.nextInt(6) - 2, random.nextInt(20));
                model.add(policy);
                model.sort(AS_A_LIST);
                tree = tree.with(policy);
            } else {
                tree = tree.without(model.remove(random.nextInt(model.size())));
            }
            assertThat(before.list().all()).isEqualTo(wasThere);
            assertThat(tree.list().all()).isEqualTo(model);
            Flow flow = flow(random.nextInt(20));
            assertThat(tree.find(flow)).isEqualTo(model.stream().filter(p -> p.matches(flow)).findFirst().orElse(null));
        }
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8", "10.1.2.0/24", "10.1.2.3/32", "0.0.0.0/0", "2001:db8::/20", "2001:db8:7:8::/64",
        "2001:db8:7:8::9/128", "::/0"})
    void findsByDestinationPrefix(String net) {
        String[] parts = net.split("/");
        IpAddress destination = IpAddress.of(parts[0]);
        int bits = Integer.parseInt(parts[1]);
        Selector any = Selector.any(destination.isV4());
        PolicyTree tree = PolicyTree.EMPTY.with(policy(0, new Selector(any.source(), 0, destination, bits, 0,
                Selector.Port.ANY, Selector.Port.ANY, 0)));
        IpAddress inside = IpAddress.of(destination.isV4() ? "10.1.2.3" : "2001:db8:7:8::9");
        assertThat(tree.find(new Flow(inside, inside, 17, 1, 2))).isNotNull();
        IpAddress outside = IpAddress.of(destination.isV4() ? "138.1.2.3" : "a001:db8:7:8::9");
        assertThat(tree.find(new Flow(outside, outside, 17, 1, 2)) != null).isEqualTo(bits == 0);
        IpAddress ofTheOther = IpAddress.of(destination.isV4() ? "a01:203::" : "32.1.13.184");
        assertThat(tree.find(new Flow(ofTheOther, ofTheOther, 17, 1, 2))).as("other family").isNull();
    }

    @Test
    void staysFlatWhenPoliciesComeInOrderAndGoFromTheFront() {
        PolicyTree tree = PolicyTree.EMPTY;
        List<Policy> all = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            all.add(policy(i / 5_000, 0));
            tree = tree.with(all.getLast());
        }
        assertThat(tree.depth()).isLessThan(50);
        for (Policy policy : all.subList(0, 9_000)) {
            tree = tree.without(policy);
        }
        assertThat(tree.list().all()).isEqualTo(all.subList(9_000, 10_000));
        assertThat(tree.depth()).isLessThan(40);
    }

    /** Port 0 is any. */
    private Policy policy(int priority, int port) {
        Selector any = Selector.any(true);
        Selector selector = port == 0 ? any : new Selector(any.source(), 0, any.destination(), 0, 17, Selector.Port.ANY,
                Selector.Port.of(port), 0);
        return policy(priority, selector);
    }

    private Policy policy(int priority, Selector selector) {
        PolicySpec spec = new PolicySpec(PolicyId.of(selector, PolicyId.Direction.OUT), PolicySpec.Action.ALLOW,
                priority, List.of(), false, null);
        return new Policy(spec, 0, ++order, new Backlog(1, order, new OpenBacklogs()));
    }

    private static Flow flow(int port) {
        return new Flow(HERE, HERE, 17, 1, port);
    }
}
