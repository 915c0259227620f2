package dev.keylane.xfrm.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.PolicySpec.Action;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the kernel's hash tables of policies between two hosts large before they hold any that matter. Whenever one grows
 * by itself, from 8 buckets on, what is offloaded goes to the head of its chain one by one, and what is not goes behind the
 * last of these (net/xfrm/xfrm_policy.c, xfrm_dst_hash_transfer): a policy of software that was the last of a chain stands
 * second then, whatever its priority, and takes the packets of the others. They never shrink. Who is killed meanwhile leaves
 * policies that mean no packets.
 */
final class SpdGrowth {
    private final NetlinkClient client;

    SpdGrowth(NetlinkClient client) {
        this.client = client;
    }

    /** Policies that no packet meets come and go until the tables have their size, or will not grow. */
    void run() {
        List<PolicySpec> made = new ArrayList<>();
        try {
            for (int round = 0; buckets() < BUCKETS && round < MOST_ROUNDS; round++) {
                // The kernel doubles them in its background, once for any number of policies that come together.
                make(made, round == 0 ? BUCKETS / 2 + 1 : 1);
                SadGrowth.pause();
            }
        } finally {
            client.transact(made.stream().map(SpdGrowth::removal).toList(), _ -> null);
        }
    }

    /** Of the table by index, which grows with the others and not before them; {@value #BUCKETS} when unknown. */
    int buckets() {
        return Optional.ofNullable(client.transact(List.of(new NetlinkRequest(XfrmMessage.GETSPDINFO,
                out -> out.fixed(FLAGS_SIZE))), SpdGrowth::buckets).getFirst().data()).orElse(BUCKETS);
    }

    private static @Nullable Integer buckets(NetlinkMessage message) {
        Attributes attributes = message.attributes(FLAGS_SIZE);
        MemorySegment info = attributes.get(XFRMA_SPD_HINFO, 8);
        return info == null ? null : info.get(Native.U32, 0) + 1;
    }

    private void make(List<PolicySpec> made, int count) {
        int first = made.size();
        List<PolicySpec> more = IntStream.range(first, first + count)
                .boxed().flatMap(number -> List.of(policy(number, Direction.OUT), policy(number, Direction.IN)).stream())
                .toList();
        PolicyWriter writer = new PolicyWriter(CapabilityProbe.PLAIN);
        made.addAll(more);
        client.transact(more.stream().map(policy -> new NetlinkRequest(XfrmMessage.NEWPOLICY,
                out -> writer.write(out, policy, 0))).toList(), _ -> null);
    }

    /** Between addresses for documentation and for benchmarks (RFC 5737, RFC 2544). */
    private static PolicySpec policy(int number, Direction direction) {
        IpAddress to = IpAddress.of("198.18." + (number >> 8) + "." + (number & 0xff));
        Selector selector = new Selector(IpAddress.of("192.0.2.1"), 32, to, 32, 0, Port.ANY, Port.ANY, 0);
        return new PolicySpec(PolicyId.of(selector, direction), Action.ALLOW, Integer.MAX_VALUE, List.of(), false, null);
    }

    private static NetlinkRequest removal(PolicySpec policy) {
        return new NetlinkRequest(XfrmMessage.DELPOLICY, out -> PolicyWriter.writeId(out, policy.id()));
    }

    static final int BUCKETS = 1024;
    private static final int MOST_ROUNDS = 1000;
    private static final int FLAGS_SIZE = 4;
    /** Of struct xfrmu_spdhinfo: the mask of the table by index now, and at the most. */
    private static final int XFRMA_SPD_HINFO = 2;
}
