package dev.keylane.xfrm.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.LinuxException;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.xfrm.SaInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The number that throw-away states bear. One in software that comes to stand at the head of a chain hides the states of
 * packet offload behind it (net/xfrm/xfrm_state.c, xfrm_state_find), and the packets that are to use these are dropped: so
 * the number takes it to a chain without such states. Which chain that is, is net/xfrm/xfrm_hash.h's __xfrm_dst_hash.
 */
final class QuietReqid {
    private QuietReqid() {
    }

    /** For states between these hosts; the first where nothing is offloaded, or nothing is told. */
    static int find(NetlinkClient client, IpAddress destination, IpAddress source, int first) {
        try {
            List<SaInfo> offloaded = client.dump(new NetlinkRequest(XfrmMessage.GETSA, out -> out.fixed(UserSaId.SIZE)),
                    SaReader::read).stream().filter(sa -> sa.offload() != null && sa.offload().packet()).toList();
            return offloaded.isEmpty() ? first : find(offloaded, destination, source, first,
                    SadSize.read(client).map(SadSize::buckets).orElse(1));
        } catch (LinuxException refused) {
            return first;
        }
    }

    /** @param buckets of the table of states, a power of two; in a larger one the number is as quiet */
    static int find(Collection<SaInfo> offloaded, IpAddress destination, IpAddress source, int first, int buckets) {
        Set<Integer> taken = offloaded.stream()
                .map(sa -> bucket(sa.id().destination(), sa.source(), sa.reqid(), buckets)).collect(Collectors.toSet());
        for (int reqid = first; reqid < first + buckets; reqid++) {
            if (!taken.contains(bucket(destination, source, reqid, buckets))) {
                return reqid;
            }
        }
        return first;
    }

    static int bucket(IpAddress destination, IpAddress source, int reqid, int buckets) {
        int hash = destination.isV4() ? AF_INET ^ reqid ^ sum(destination, source)
                : AF_INET6 ^ reqid ^ jhash(destination) ^ jhash(source);
        return (hash ^ hash >>> 16) & buckets - 1;
    }

    /** The kernel adds them as they lie in memory. */
    private static int sum(IpAddress one, IpAddress other) {
        int sum = words(one).getInt() + words(other).getInt();
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(sum) : sum;
    }

    private static ByteBuffer words(IpAddress address) {
        return ByteBuffer.wrap(address.octets().borrow()).order(ByteOrder.nativeOrder());
    }

    /** jhash2 of four words, include/linux/jhash.h. */
    private static int jhash(IpAddress address) {
        ByteBuffer words = words(address);
        int a = JHASH_INITVAL + 4 * 4 + words.getInt();
        int b = JHASH_INITVAL + 4 * 4 + words.getInt();
        int c = JHASH_INITVAL + 4 * 4 + words.getInt();
        a = (a - c ^ Integer.rotateLeft(c, 4));
        c += b;
        b = (b - a ^ Integer.rotateLeft(a, 6));
        a += c;
        c = (c - b ^ Integer.rotateLeft(b, 8));
        b += a;
        a = (a - c ^ Integer.rotateLeft(c, 16));
        c += b;
        b = (b - a ^ Integer.rotateLeft(a, 19));
        a += c;
        c = (c - b ^ Integer.rotateLeft(b, 4));
        b += a;
        a += words.getInt();
        return last(a, b, c);
    }

    private static int last(int first, int second, int third) {
        int a = first;
        int b = second;
        int c = (third ^ b) - Integer.rotateLeft(b, 14);
        a = (a ^ c) - Integer.rotateLeft(c, 11);
        b = (b ^ a) - Integer.rotateLeft(a, 25);
        c = (c ^ b) - Integer.rotateLeft(b, 16);
        a = (a ^ c) - Integer.rotateLeft(c, 4);
        b = (b ^ a) - Integer.rotateLeft(a, 14);
        return (c ^ b) - Integer.rotateLeft(b, 24);
    }

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int JHASH_INITVAL = 0xdeadbeef;
}
