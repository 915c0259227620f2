package dev.keylane.xfrm.contract;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.SaAlgorithms;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaOptions;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.SaSpec.Direction;
import dev.keylane.xfrm.SaSpec.Mode;
import dev.keylane.xfrm.Selector;
import org.jspecify.annotations.Nullable;

/** Makes states for the cases: AES-GCM-128 in transport mode unless told otherwise. */
public final class SaSample {
    public static final int REQID = 77;

    private final IpAddress source;
    private final IpAddress destination;
    private final int spi;
    private final Direction direction;
    private Mode mode = Mode.TRANSPORT;
    private int reqid = REQID;
    private int cpu = SaSpec.NO_CPU;
    private SaSpec.Replay replay;
    private Lifetime lifetime = Lifetime.UNLIMITED;
    private SaSpec.@Nullable Encap encap;
    private SaOptions options = SaOptions.NONE;
    private SaAlgorithms algorithms = new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 128, null);
    private int seq;

    private SaSample(IpAddress source, IpAddress destination, int spi, Direction direction) {
        this.source = source;
        this.destination = destination;
        this.spi = spi;
        this.direction = direction;
        this.replay = new SaSpec.Replay(false, direction == Direction.IN ? 32 : 0);
    }

    public static SaSample out(IpAddress local, IpAddress remote, int spi) {
        return new SaSample(local, remote, spi, Direction.OUT);
    }

    public static SaSample in(IpAddress local, IpAddress remote, int spi) {
        return new SaSample(remote, local, spi, Direction.IN);
    }

    public SaSample tunnel() {
        mode = Mode.TUNNEL;
        return this;
    }

    public SaSample reqid(int value) {
        reqid = value;
        return this;
    }

    public SaSample cpu(int value) {
        cpu = value;
        return this;
    }

    public SaSample replay(boolean esn, int window) {
        replay = new SaSpec.Replay(esn, window);
        return this;
    }

    public SaSample lifetime(Lifetime value) {
        lifetime = value;
        return this;
    }

    public SaSample encap(int sourcePort, int destinationPort) {
        encap = new SaSpec.Encap(sourcePort, destinationPort);
        return this;
    }

    public SaSample options(SaOptions value) {
        options = value;
        return this;
    }

    public SaSample algorithms(EncryptionAlgorithm encryption, int bits, @Nullable IntegrityAlgorithm integrity) {
        algorithms = new SaAlgorithms(encryption, bits, integrity);
        return this;
    }

    public SaSample answering(int acquireSeq) {
        seq = acquireSeq;
        return this;
    }

    public SaSpec spec() {
        return new SaSpec(SaId.esp(destination, spi), source, Selector.any(destination.isV4()), direction, mode, reqid,
                cpu, algorithms, replay, lifetime, encap, null, options, seq);
    }

    /** Keys of the right length that differ by SPI. */
    public static SaKeys keys(SaSpec sa) {
        SaAlgorithms algorithms = sa.algorithms();
        IntegrityAlgorithm integrity = algorithms.integrity();
        return new SaKeys(key(algorithms.encryption().keyMaterialSize(algorithms.keyBits()), sa.id().spi()),
                integrity == null ? null : key(integrity.keySize(), ~sa.id().spi()));
    }

    private static Secret key(int length, int seed) {
        byte[] bytes = new byte[length];
        new java.util.Random(seed).nextBytes(bytes);
        return Secret.wrap(bytes);
    }
}
