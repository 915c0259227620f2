package dev.keylane.netlink;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** What the kernel might say to a batch of requests and to a reading of a table, sequence numbers 1 to 4. */
class ExchangeFuzzTest {
    private static final int REQUESTS = 4;

    /** Every request gets one answer, and a table is over at some time. */
    @FuzzTest(maxDuration = "60s")
    void exchange(byte[] datagram) {
        List<NetlinkMessage> messages = NetlinkMessage.split(MemorySegment.ofArray(datagram));
        Batch<Integer> batch = new Batch<>(1, REQUESTS, ExchangeFuzzTest::octets);
        Dump<Integer> dump = new Dump<>(ExchangeFuzzTest::octets);
        dump.restart(1);
        for (NetlinkMessage message : messages) {
            batch.accept(message);
            dump.accept(message);
        }
        batch.failed(1);
        dump.failed(1);
        if (!batch.isOver() || batch.replies().size() != REQUESTS || !dump.isOver()
                || dump.entries().size() > messages.size()) {
            throw new AssertionError("not over after " + Arrays.toString(datagram));
        }
    }

    /** A reader that looks at every attribute there is. */
    private static Integer octets(NetlinkMessage message) {
        int octets = 0;
        for (int size = 0; size < 300; size += 7) {
            Attributes attributes = message.attributes(size);
            for (int type = 0; type < 64; type++) {
                octets += attributes.has(type) ? (int) attributes.get(type, 0).byteSize() : 0;
                octets += attributes.u8(type, 0) + attributes.u32(type, 0) + (int) attributes.u64(type, 0);
            }
        }
        return octets;
    }
}
