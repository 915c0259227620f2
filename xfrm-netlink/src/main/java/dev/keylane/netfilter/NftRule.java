package dev.keylane.netfilter;

import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkWriter;

/** The expressions of one rule of nftables, written in their order; each passes a 4-octet register on to the next. */
record NftRule(NetlinkWriter out) {
    NftRule protocolIs(int protocol) {
        expression("meta", () -> {
            NfGenMsg.be32(out, META_DREG, REGISTER);
            NfGenMsg.be32(out, META_KEY, META_L4PROTO);
        });
        return isEqual(1, protocol << 24);
    }

    /** Two octets of the transport header. */
    NftRule portIs(int offset, int port) {
        load(offset, 2);
        return isEqual(2, port << 16);
    }

    /** Four octets of the transport header are in the set. */
    NftRule isIn(int offset, String set) {
        load(offset, 4);
        expression("lookup", () -> {
            out.string(LOOKUP_SET, set);
            NfGenMsg.be32(out, LOOKUP_SREG, REGISTER);
        });
        return this;
    }

    /** Hands the packet to user space; without a listener it goes its way. */
    void queue(int number) {
        expression("queue", () -> {
            NfGenMsg.be16(out, QUEUE_NUM, number);
            NfGenMsg.be16(out, QUEUE_TOTAL, 1);
            NfGenMsg.be16(out, QUEUE_FLAGS, QUEUE_FLAG_BYPASS);
        });
    }

    private void load(int offset, int length) {
        expression("payload", () -> {
            NfGenMsg.be32(out, PAYLOAD_DREG, REGISTER);
            NfGenMsg.be32(out, PAYLOAD_BASE, TRANSPORT_HEADER);
            NfGenMsg.be32(out, PAYLOAD_OFFSET, offset);
            NfGenMsg.be32(out, PAYLOAD_LEN, length);
        });
    }

    /** @param value in its first {@code length} octets */
    private NftRule isEqual(int length, int value) {
        expression("cmp", () -> {
            NfGenMsg.be32(out, CMP_SREG, REGISTER);
            NfGenMsg.be32(out, CMP_OP, CMP_EQ);
            out.nested(CMP_DATA, () -> {
                var octets = out.attribute(DATA_VALUE, length);
                for (int i = 0; i < length; i++) {
                    octets.set(Native.U8, i, (byte) (value >> 24 - 8 * i));
                }
            });
        });
        return this;
    }

    private void expression(String name, Runnable data) {
        out.nested(LIST_ELEM, () -> {
            out.string(EXPR_NAME, name);
            out.nested(EXPR_DATA, data);
        });
    }

    static final int DATA_VALUE = 1;
    static final int LIST_ELEM = 1;
    private static final int EXPR_NAME = 1;
    private static final int EXPR_DATA = 2;
    /** NFT_REG_1. */
    private static final int REGISTER = 1;
    private static final int META_DREG = 1;
    private static final int META_KEY = 2;
    private static final int META_L4PROTO = 16;
    private static final int CMP_SREG = 1;
    private static final int CMP_OP = 2;
    private static final int CMP_DATA = 3;
    private static final int CMP_EQ = 0;
    private static final int PAYLOAD_DREG = 1;
    private static final int PAYLOAD_BASE = 2;
    private static final int PAYLOAD_OFFSET = 3;
    private static final int PAYLOAD_LEN = 4;
    private static final int TRANSPORT_HEADER = 2;
    private static final int LOOKUP_SET = 1;
    private static final int LOOKUP_SREG = 2;
    private static final int QUEUE_NUM = 1;
    private static final int QUEUE_TOTAL = 2;
    private static final int QUEUE_FLAGS = 3;
    private static final int QUEUE_FLAG_BYPASS = 1;
}
