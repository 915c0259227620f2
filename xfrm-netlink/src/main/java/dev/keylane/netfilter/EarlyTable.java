package dev.keylane.netfilter;

import dev.keylane.linux.Errno;
import dev.keylane.linux.LinuxException;
import dev.keylane.netlink.Acknowledgement;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkHeader;
import dev.keylane.netlink.NetlinkReply;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.netlink.NetlinkWriter;
import java.util.List;
import java.util.function.Consumer;

/**
 * <pre>
 * table inet keylane {
 *   set early { typeof esp spi }
 *   chain input { type filter hook input priority raw; policy accept;
 *     meta l4proto esp @th,0,32 @early queue flags bypass to N
 *     meta l4proto udp udp dport NAT-T @th,64,32 @early queue flags bypass to N } }
 * </pre>
 * Owned by one thread.
 */
final class EarlyTable implements AutoCloseable {
    private final NetlinkClient client = new NetlinkClient(NfGenMsg.NETLINK_NETFILTER);
    private final int queue;
    private final int natTraversalPort;

    private EarlyTable(int queue, int natTraversalPort) {
        this.queue = queue;
        this.natTraversalPort = natTraversalPort;
    }

    /** @throws LinuxException when this kernel has no nftables, or not what the table needs of it */
    static EarlyTable create(int queue, int natTraversalPort) {
        EarlyTable table = new EarlyTable(queue, natTraversalPort);
        try {
            table.make();
            return table;
        } catch (LinuxException unusable) {
            table.client.close();
            throw unusable;
        }
    }

    /** Afterwards it is there and empty. One that a killed daemon has left would be added to, so it goes first. */
    void make() {
        Acknowledgement removed = remove();
        if (!removed.isOk() && removed.errno() != Errno.ENOENT) {
            throw new LinuxException("nftables: remove table " + TABLE, removed.errno(), removed.text());
        }
        check("make table " + TABLE, commit(List.of(
                request(NEWTABLE, out -> out.string(TABLE_NAME, TABLE)),
                request(NEWSET, EarlyTable::set), request(NEWCHAIN, EarlyTable::chain),
                request(NEWRULE, out -> rule(out, r -> r.protocolIs(ESP).isIn(0, SET).queue(queue))),
                request(NEWRULE, out -> rule(out, r -> r.protocolIs(UDP).portIs(UDP_DESTINATION, natTraversalPort)
                        .isIn(UDP_PAYLOAD, SET).queue(queue))))));
    }

    /** @throws LinuxException ENOENT when somebody has removed the table */
    void add(int spi) {
        check("add SPI", commit(List.of(request(NEWSETELEM, out -> element(out, spi)))));
    }

    /** Whether it was there. */
    boolean remove(int spi) {
        return commit(List.of(request(DELSETELEM, out -> element(out, spi)))).isOk();
    }

    @Override
    public void close() {
        remove();
        client.close();
    }

    private Acknowledgement remove() {
        return commit(List.of(request(DELTABLE, out -> out.string(TABLE_NAME, TABLE))));
    }

    /** The first refusal, or the last success. */
    private Acknowledgement commit(List<NetlinkRequest> requests) {
        return client.transaction(mark(BATCH_BEGIN), requests, mark(BATCH_END)).stream()
                .map(NetlinkReply::acknowledgement).reduce((a, b) -> a.isOk() ? b : a).orElseThrow();
    }

    private void check(String what, Acknowledgement answer) {
        if (!answer.isOk()) {
            throw new LinuxException("nftables: " + what, answer.errno(), answer.text());
        }
    }

    private static NetlinkRequest mark(int type) {
        return new NetlinkRequest(type, out -> NfGenMsg.emit(out, NfGenMsg.NFPROTO_UNSPEC, NFTABLES >> 8));
    }

    private static NetlinkRequest request(int type, Consumer<NetlinkWriter> attributes) {
        int create = type == DELTABLE || type == DELSETELEM ? 0 : NetlinkHeader.NLM_F_CREATE;
        return new NetlinkRequest(NFTABLES | type, create, out -> {
            NfGenMsg.emit(out, NfGenMsg.NFPROTO_INET, 0);
            attributes.accept(out);
        });
    }

    private static void set(NetlinkWriter out) {
        out.string(SET_TABLE, TABLE);
        out.string(SET_NAME, SET);
        NfGenMsg.be32(out, SET_FLAGS, 0);
        NfGenMsg.be32(out, SET_KEY_TYPE, TYPE_INTEGER);
        NfGenMsg.be32(out, SET_KEY_LEN, 4);
        NfGenMsg.be32(out, SET_ID, 1);
    }

    private static void chain(NetlinkWriter out) {
        out.string(CHAIN_TABLE, TABLE);
        out.string(CHAIN_NAME, CHAIN);
        out.nested(CHAIN_HOOK, () -> {
            NfGenMsg.be32(out, HOOK_NUM, NF_INET_LOCAL_IN);
            NfGenMsg.be32(out, HOOK_PRIORITY, PRIORITY_RAW);
        });
        NfGenMsg.be32(out, CHAIN_POLICY, NF_ACCEPT);
        out.string(CHAIN_TYPE, "filter");
    }

    private static void rule(NetlinkWriter out, Consumer<NftRule> expressions) {
        out.string(RULE_TABLE, TABLE);
        out.string(RULE_CHAIN, CHAIN);
        out.nested(RULE_EXPRESSIONS, () -> expressions.accept(new NftRule(out)));
    }

    private static void element(NetlinkWriter out, int spi) {
        out.string(ELEMENTS_TABLE, TABLE);
        out.string(ELEMENTS_SET, SET);
        out.nested(ELEMENTS, () -> out.nested(NftRule.LIST_ELEM, () -> out.nested(ELEMENT_KEY, () ->
                out.attribute(NftRule.DATA_VALUE, 4).set(Native.BE32, 0, spi))));
    }

    private static final String TABLE = "keylane";
    private static final String SET = "early";
    private static final String CHAIN = "input";
    private static final int ESP = 50;
    private static final int UDP = 17;
    private static final int UDP_DESTINATION = 2;
    private static final int UDP_PAYLOAD = 8;

    private static final int NFTABLES = 10 << 8;
    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;
    private static final int NEWTABLE = 0;
    private static final int DELTABLE = 2;
    private static final int NEWCHAIN = 3;
    private static final int NEWRULE = 6;
    private static final int NEWSET = 9;
    private static final int NEWSETELEM = 12;
    private static final int DELSETELEM = 14;
    private static final int TABLE_NAME = 1;
    private static final int CHAIN_TABLE = 1;
    private static final int CHAIN_NAME = 3;
    private static final int CHAIN_HOOK = 4;
    private static final int CHAIN_POLICY = 5;
    private static final int CHAIN_TYPE = 7;
    private static final int HOOK_NUM = 1;
    private static final int HOOK_PRIORITY = 2;
    private static final int NF_INET_LOCAL_IN = 1;
    private static final int PRIORITY_RAW = -300;
    private static final int NF_ACCEPT = 1;
    private static final int SET_TABLE = 1;
    private static final int SET_NAME = 2;
    private static final int SET_FLAGS = 3;
    private static final int SET_KEY_TYPE = 4;
    private static final int SET_KEY_LEN = 5;
    private static final int SET_ID = 10;
    /** nft's number for plain integers; the kernel only hands it back. */
    private static final int TYPE_INTEGER = 4;
    private static final int RULE_TABLE = 1;
    private static final int RULE_CHAIN = 2;
    private static final int RULE_EXPRESSIONS = 4;
    private static final int ELEMENTS_TABLE = 1;
    private static final int ELEMENTS_SET = 2;
    private static final int ELEMENTS = 3;
    private static final int ELEMENT_KEY = 1;
}
