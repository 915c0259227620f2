package dev.keylane.xfrm.kernel;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaSpec;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the kernel's hash table of states large before it holds any that matter. Whenever it grows by itself, from 8
 * buckets on, its chains are turned around; a younger state for all CPUs then stands before the older one of a single
 * CPU, takes its packets, and with the acquire flag has them dropped (net/xfrm/xfrm_state.c, xfrm_hash_transfer). It never
 * shrinks.
 */
final class SadGrowth {
    private final NetlinkClient client;
    private final int reqid;
    private final SecureRandom random = new SecureRandom();

    /** @param reqid of its states */
    SadGrowth(NetlinkClient client, int reqid) {
        this.client = client;
        this.reqid = reqid;
    }

    /** States of no use come and go until the table has its size, or will not grow. It grows in the kernel's background. */
    void run() {
        List<SaSpec> made = new ArrayList<>();
        try {
            while (buckets() < BUCKETS && made.size() < 4 * BUCKETS && make(made)) {
                pause();
            }
        } finally {
            client.transact(made.stream().map(SadGrowth::removal).toList(), _ -> null);
        }
    }

    /** As of now, {@value #BUCKETS} when the kernel does not tell. */
    int buckets() {
        return SadSize.read(client).map(SadSize::buckets).orElse(BUCKETS);
    }

    /** All of one bucket, since only states that share one make the table grow. False when the kernel wants no more. */
    private boolean make(List<SaSpec> made) {
        List<SaSpec> more = new ArrayList<>(AT_ONCE);
        for (int i = 0; i < AT_ONCE; i++) {
            more.add(CapabilityProbe.state(SaSpec.Direction.OUT, FIRST_SPI + made.size() + i, reqid));
        }
        SaWriter writer = new SaWriter(CapabilityProbe.PLAIN);
        byte[] key = new byte[CapabilityProbe.keySize(more.getFirst())];
        random.nextBytes(key);
        try (Secret secret = Secret.wrap(key)) {
            SaKeys keys = new SaKeys(secret, null);
            boolean all = client.transact(more.stream().map(sa -> new NetlinkRequest(XfrmMessage.NEWSA,
                    out -> writer.write(out, sa, keys, 0))).toList(), _ -> null).stream()
                    .allMatch(reply -> reply.acknowledgement().isOk());
            made.addAll(more);
            return all;
        }
    }

    private static NetlinkRequest removal(SaSpec sa) {
        return new NetlinkRequest(XfrmMessage.DELSA, out -> UserSaId.emit(out.fixed(UserSaId.SIZE), sa.id()));
    }

    /** For the kernel to make a table larger in its background. */
    static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Enough for 64 CPUs' SAs to and from eight peers. */
    static final int BUCKETS = 1024;
    private static final int AT_ONCE = 64;
    private static final int FIRST_SPI = 0x2000_0000;
}
