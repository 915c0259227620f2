package dev.keylane.xfrm.software;

import dev.keylane.xfrm.software.packet.Flow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The policies of one direction, by priority and then by age: a treap whose nodes never change. A change makes another
 * tree that shares all but a path with this one, so it costs a logarithm of their number, and who looks into the old
 * one goes on seeing it whole. Changes come in bursts, so the list for packets is made by the first packet after them.
 */
final class PolicyTree {
    static final PolicyTree EMPTY = new PolicyTree(null);

    private final @Nullable Node root;
    private volatile @Nullable PolicyList list;

    /** What is left of it comes before it, what is right of it after it; it outranks both. */
    record Node(Policy policy, @Nullable Node left, @Nullable Node right) {
        Node withLeft(@Nullable Node other) {
            return new Node(policy, other, right);
        }

        Node withRight(@Nullable Node other) {
            return new Node(policy, left, other);
        }
    }

    private PolicyTree(@Nullable Node root) {
        this.root = root;
    }

    /** The first that has the flow. */
    @Nullable Policy find(Flow flow) {
        return list().find(flow);
    }

    /** In their order. */
    PolicyList list() {
        PolicyList known = list;
        if (known == null) {
            List<Policy> policies = new ArrayList<>();
            collect(root, policies);
            known = PolicyList.of(policies);
            list = known;
        }
        return known;
    }

    private static void collect(@Nullable Node from, List<Policy> into) {
        for (Node node = from; node != null; node = node.right()) {
            collect(node.left(), into);
            into.add(node.policy());
        }
    }

    /** How many policies the longest path has. */
    int depth() {
        return depth(root);
    }

    private static int depth(@Nullable Node node) {
        return node == null ? 0 : 1 + Math.max(depth(node.left()), depth(node.right()));
    }

    /**
     * @param policy is not in it yet
     */
    PolicyTree with(Policy policy) {
        return new PolicyTree(with(root, policy));
    }

    private static Node with(@Nullable Node node, Policy policy) {
        if (node == null || rank(policy) > rank(node.policy())) {
            return new Node(policy, before(node, policy), after(node, policy));
        }
        return ORDER.compare(policy, node.policy()) < 0 ? node.withLeft(with(node.left(), policy))
                : node.withRight(with(node.right(), policy));
    }

    private static @Nullable Node before(@Nullable Node node, Policy policy) {
        if (node == null) {
            return null;
        }
        return ORDER.compare(node.policy(), policy) < 0 ? node.withRight(before(node.right(), policy))
                : before(node.left(), policy);
    }

    private static @Nullable Node after(@Nullable Node node, Policy policy) {
        if (node == null) {
            return null;
        }
        return ORDER.compare(node.policy(), policy) > 0 ? node.withLeft(after(node.left(), policy))
                : after(node.right(), policy);
    }

    PolicyTree without(Policy policy) {
        return new PolicyTree(without(root, policy));
    }

    private static @Nullable Node without(@Nullable Node node, Policy policy) {
        if (node == null) {
            return null;
        }
        int order = ORDER.compare(policy, node.policy());
        if (order == 0) {
            return joined(node.left(), node.right());
        }
        return order < 0 ? node.withLeft(without(node.left(), policy)) : node.withRight(without(node.right(), policy));
    }

    private static @Nullable Node joined(@Nullable Node left, @Nullable Node right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return rank(left.policy()) > rank(right.policy()) ? left.withRight(joined(left.right(), right))
                : right.withLeft(joined(left, right.left()));
    }

    /** As if drawn by lot, and the same in every run: it keeps the tree flat in whatever order policies come. */
    private static int rank(Policy policy) {
        int mixed = policy.order() * 0x9e3779b9;
        mixed = (mixed ^ mixed >>> 15) * 0x85ebca6b;
        return mixed ^ mixed >>> 13;
    }

    private static final Comparator<Policy> ORDER =
            Comparator.<Policy>comparingLong(p -> Integer.toUnsignedLong(p.spec().priority()))
                    .thenComparingInt(Policy::order);
}
