package dev.keylane.ethtool;

import dev.keylane.ike.wire.Octets;
import dev.keylane.linux.Errno;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a device spreads what it receives, by ETHTOOL_GRSSH.
 *
 * @param function    bits, {@link #TOEPLITZ} among them; 0 from drivers that do not say
 * @param transform   bits: what is done to the input before it is hashed ({@code RXH_XFRM_*}); 0 for nothing, and from
 *                    kernels before 6.8, which do not say
 * @param indirection the queue for each remainder of the hash
 */
public record ReceiveHash(int function, int transform, Octets key, List<Integer> indirection) {
    public static final int TOEPLITZ = 1;
    public static final int SYMMETRIC_XOR = 1;
    public static final int SYMMETRIC_OR_XOR = 2;

    public ReceiveHash {
        indirection = List.copyOf(indirection);
    }

    public static Answer<ReceiveHash> read(Ethtool ethtool, String device) {
        return command(0, 0).to(ethtool, device)
                .then(sizes -> read(ethtool, device, sizes.getInt(INDIR_SIZE), sizes.getInt(KEY_SIZE)));
    }

    private static Answer<ReceiveHash> read(Ethtool ethtool, String device, int entries, int keySize) {
        if (entries < 0 || entries > MOST || keySize < 0 || keySize > MOST) {
            return new Answer.Refused<>(entries + " entries, a key of " + keySize + " octets", Errno.EPROTO);
        }
        return command(entries, keySize).to(ethtool, device).map(answer -> parse(answer, entries, keySize));
    }

    private static Command command(int entries, int keySize) {
        Command command = new Command("ETHTOOL_GRSSH", Command.GRSSH, CONFIG + 4 * entries + keySize);
        command.octets().putInt(INDIR_SIZE, entries).putInt(KEY_SIZE, keySize);
        return command;
    }

    private static ReceiveHash parse(ByteBuffer answer, int entries, int keySize) {
        byte[] key = new byte[keySize];
        answer.get(CONFIG + 4 * entries, key);
        return new ReceiveHash(answer.get(HFUNC) & 0xff, answer.get(INPUT_XFRM) & 0xff, Octets.wrap(key),
                IntStream.range(0, entries).mapToObj(each -> answer.getInt(CONFIG + 4 * each)).toList());
    }

    private static final int INDIR_SIZE = 8;
    private static final int KEY_SIZE = 12;
    private static final int HFUNC = 16;
    private static final int INPUT_XFRM = 17;
    private static final int CONFIG = 24;
    private static final int MOST = 1 << 16;
}
