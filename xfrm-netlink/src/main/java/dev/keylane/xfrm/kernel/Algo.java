package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U32;
import static dev.keylane.netlink.Native.U8;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkWriter;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;

/**
 * struct xfrm_algo, xfrm_algo_auth and xfrm_algo_aead: a name, the key's length in bits, for the last two the length
 * of the checksum in bits, and the key.
 */
final class Algo {
    static final SequenceLayout NAME = MemoryLayout.sequenceLayout(64, U8);
    static final StructLayout CRYPT = MemoryLayout.structLayout(NAME.withName("alg_name"),
            U32.withName("alg_key_len"));
    static final StructLayout AUTH = MemoryLayout.structLayout(NAME.withName("alg_name"),
            U32.withName("alg_key_len"), U32.withName("alg_trunc_len"));
    static final StructLayout AEAD = MemoryLayout.structLayout(NAME.withName("alg_name"),
            U32.withName("alg_key_len"), U32.withName("alg_icv_len"));

    private static final long ALG_NAME = Native.offset(CRYPT, "alg_name");
    private static final long ALG_KEY_LEN = Native.offset(CRYPT, "alg_key_len");
    private static final long ALG_TRUNC_LEN = Native.offset(AUTH, "alg_trunc_len");
    private static final long ALG_ICV_LEN = Native.offset(AEAD, "alg_icv_len");

    private Algo() {
    }

    static void writeCrypt(NetlinkWriter out, String name, Secret key) {
        write(out, XfrmAttribute.ALG_CRYPT, CRYPT, name, key);
    }

    static void writeAuth(NetlinkWriter out, String name, int truncatedBits, Secret key) {
        write(out, XfrmAttribute.ALG_AUTH_TRUNC, AUTH, name, key).set(U32, ALG_TRUNC_LEN, truncatedBits);
    }

    static void writeAead(NetlinkWriter out, String name, int icvBits, Secret key) {
        write(out, XfrmAttribute.ALG_AEAD, AEAD, name, key).set(U32, ALG_ICV_LEN, icvBits);
    }

    private static MemorySegment write(NetlinkWriter out, int attribute, StructLayout layout, String name,
                                       Secret key) {
        MemorySegment value = out.attribute(attribute, (int) layout.byteSize() + key.length());
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(ascii, 0, value, U8, ALG_NAME, ascii.length);
        value.set(U32, ALG_KEY_LEN, key.length() * 8);
        MemorySegment.copy(key.borrow(), 0, value, U8, layout.byteSize(), key.length());
        return value;
    }
}
