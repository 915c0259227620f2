package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Rung;
import dev.keylane.ike.child.ChildKeysInOut;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.proposal.EspSuite;
import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.SaAlgorithms;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaOptions;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The two states of a Child SA. */
record SaPair(SaSpec in, SaSpec out) {
    /**
     * @param perCpu whether the kernel can bind states to CPUs
     * @param random the jitter of the limits
     */
    static SaPair of(ChildSa child, int reqid, SaSpec.@Nullable Offload offload, boolean perCpu,
                     RandomGenerator random) {
        Lifetime lifetime = SaLimits.of(child.config().lifetime(), Rung.of(offload) == Rung.PACKET, random);
        int cpu = perCpu ? child.resource().cpu() : SaSpec.NO_CPU;
        return new SaPair(in(child, reqid, cpu, lifetime, offload), out(child, reqid, cpu, lifetime, offload));
    }

    /** The same, whose outbound state answers policies of another number. */
    SaPair sendingAs(int reqid) {
        return new SaPair(in, out.with(reqid));
    }

    static SaKeys inKeys(ChildKeysInOut keys) {
        return new SaKeys(keys.encryptionIn(), keys.integrityIn());
    }

    static SaKeys outKeys(ChildKeysInOut keys) {
        return new SaKeys(keys.encryptionOut(), keys.integrityOut());
    }

    private static SaSpec in(ChildSa child, int reqid, int cpu, Lifetime lifetime, SaSpec.@Nullable Offload offload) {
        KernelOptions kernel = child.config().kernel();
        Path path = child.path();
        IpAddress local = path.local().address();
        IpAddress remote = path.remote().address();
        Mark mark = kernel.marks().inOnSa() ? mark(kernel.marks().in()) : Mark.NONE;
        int peerPort = acceptsAnyPort(child) ? 0 : path.remote().port();
        boolean decapDscp = kernel.copyDscp() == CopyDscp.IN || kernel.copyDscp() == CopyDscp.YES;
        SaOptions options = new SaOptions(kernel.marks().ifIdIn(), mark(kernel.marks().setIn()), false,
                !kernel.copyEcn(), decapDscp, false, kernel.icmp(), 0);
        return new SaSpec(new SaId(local, child.terms().spiIn(), SaId.ESP, mark), remote,
                selector(child, remote, local), SaSpec.Direction.IN, mode(child), reqid, cpu, algorithms(child),
                new SaSpec.Replay(child.terms().suite().esn(), window(child, offload)), lifetime,
                encap(child, peerPort, path.local().port()), offload, options, 0);
    }

    /**
     * RFC 4303 §3.4.3: the receiver chooses the window. Many CPUs of the peer send over a fallback, and their packets
     * overtake each other. Those of a CPU's SA go a way of their own when they are steered, or have come before the SA:
     * others may be decrypted meanwhile. A NIC has windows of some sizes only, and takes others for a mistake.
     */
    private static int window(ChildSa child, SaSpec.@Nullable Offload offload) {
        KernelOptions kernel = child.config().kernel();
        int window = kernel.replayWindow();
        if (offload != null && offload.packet() && window != 0) {
            return IntStream.of(HARDWARE_WINDOWS).filter(size -> size >= window).findFirst().orElse(window);
        }
        return child.resource().perCpu() && offload == null ? kernel.perCpuWindow() : window;
    }

    /**
     * Where the sources of a peer's per-CPU SAs differ in their UDP port, port 0 accepts them all. With ports of their
     * own strongSwan's fallback has one as well; otherwise it is the one that tells of a NAT that changed its mind.
     */
    private static boolean acceptsAnyPort(ChildSa child) {
        return child.resource().isBound()
                || child.resource().perCpu() && child.config().perCpu() == ChildConfig.PerCpu.ENCAP;
    }

    private static SaSpec out(ChildSa child, int reqid, int cpu, Lifetime lifetime, SaSpec.@Nullable Offload offload) {
        KernelOptions kernel = child.config().kernel();
        Path path = child.path();
        IpAddress local = path.local().address();
        IpAddress remote = path.remote().address();
        int port = child.sourcePort() == ChildSa.PORT_OF_IKE ? path.local().port() : child.sourcePort();
        boolean dontEncapDscp = kernel.copyDscp() == CopyDscp.IN || kernel.copyDscp() == CopyDscp.NO;
        int pad = mode(child) == SaSpec.Mode.TUNNEL ? kernel.tfcPadding() : 0;
        SaOptions options = new SaOptions(kernel.marks().ifIdOut(), mark(kernel.marks().setOut()), !kernel.copyDf(),
                !kernel.copyEcn(), false, dontEncapDscp, false, pad);
        return new SaSpec(new SaId(remote, child.terms().spiOut(), SaId.ESP, mark(kernel.marks().out())), local,
                selector(child, local, remote), SaSpec.Direction.OUT, mode(child), reqid, cpu, algorithms(child),
                new SaSpec.Replay(child.terms().suite().esn(), 0), lifetime,
                encap(child, port, path.remote().port()), offload, options, child.acquireSeq());
    }

    private static SaSpec.Mode mode(ChildSa child) {
        return child.terms().mode() == ChildConfig.Mode.TRANSPORT ? SaSpec.Mode.TRANSPORT : SaSpec.Mode.TUNNEL;
    }

    /**
     * In transport mode the two hosts, without protocol and ports: those are the policies' business, and a state that
     * was bound to them would hide SAs of other ports between the same hosts.
     */
    private static Selector selector(ChildSa child, IpAddress from, IpAddress to) {
        return mode(child) == SaSpec.Mode.TUNNEL
                ? Selector.any(to.isV4())
                : new Selector(from, from.bits(), to, to.bits(), 0, Port.ANY, Port.ANY, 0);
    }

    private static SaAlgorithms algorithms(ChildSa child) {
        EspSuite suite = child.terms().suite();
        return new SaAlgorithms(suite.encryption(), suite.keyBits(), suite.integrity());
    }

    private static SaSpec.@Nullable Encap encap(ChildSa child, int from, int to) {
        return child.terms().udpEncap() ? new SaSpec.Encap(from, to) : null;
    }

    private static Mark mark(KernelOptions.Mark mark) {
        return mark.isSet() ? new Mark(mark.value(), mark.mask()) : Mark.NONE;
    }

    /** Of mlx5, in packets. */
    private static final int[] HARDWARE_WINDOWS = {32, 64, 128, 256};
}
