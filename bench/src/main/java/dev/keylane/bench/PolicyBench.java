package dev.keylane.bench;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.crypto.jca.SecureRandomSource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaAlgorithms;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaOptions;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.software.OutputResult;
import dev.keylane.xfrm.software.SoftwareSettings;
import dev.keylane.xfrm.software.SoftwareXfrm;
import dev.keylane.xfrm.software.SystemTimers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one more or one less child costs the embedded software kernel beside many others: its two SAs and three policies
 * as they come and go in tunnel mode. And what a packet costs that finds the policy of the youngest of them.
 */
final class PolicyBench {
    private static final int ROUNDS = 12;
    private static final int CHILDREN = 200;
    private static final int PACKETS = 50;
    private static final int PRIORITY = 371_327;
    private static final IpAddress LEFT = IpAddress.of("192.0.2.1");
    private static final IpAddress RIGHT = IpAddress.of("198.51.100.2");

    private final SoftwareXfrm kernel;
    private final List<Double> adding = new ArrayList<>();
    private final List<Double> removing = new ArrayList<>();
    private final List<Double> sending = new ArrayList<>();

    private PolicyBench(SystemTimers timers) {
        this.kernel = new SoftwareXfrm(SoftwareSettings.of(4, JcaCrypto::new, new SecureRandomSource(), timers),
                (path, esp) -> true, packet -> { });
    }

    static void run() {
        System.out.println("CPU time of a child in the software kernel, us: smallest and median of batches");
        System.out.printf("%-16s %15s   %15s   %15s%n", "children there", "install", "remove", "send a packet");
        for (int there : new int[] {10, 100, 1_000, 10_000}) {
            try (SystemTimers timers = new SystemTimers()) {
                new PolicyBench(timers).measure(there);
            }
        }
    }

    private void measure(int there) {
        for (int child = 0; child < there; child++) {
            submit(installing(child));
        }
        for (int round = 0; round < ROUNDS; round++) {
            round(there);
        }
        System.out.printf(Locale.ROOT, "%-16d %s   %s   %s%n", there, Spread.of(adding, Double::doubleValue),
                Spread.of(removing, Double::doubleValue), Spread.of(sending, Double::doubleValue));
        kernel.close();
    }

    private void round(int there) {
        List<List<XfrmRequest>> come = new ArrayList<>();
        List<List<XfrmRequest>> go = new ArrayList<>();
        for (int child = there; child < there + CHILDREN; child++) {
            come.add(installing(child));
            go.add(removing(child));
        }
        adding.add(each(come));
        sending.add(send(there + CHILDREN - 1));
        removing.add(each(go));
    }

    private double each(List<List<XfrmRequest>> batches) {
        long from = CpuTime.ofThread();
        batches.forEach(this::submit);
        return (CpuTime.ofThread() - from) / 1e3 / batches.size();
    }

    private double send(int child) {
        byte[] packet = udp(net(child, true), net(child, false));
        long from = CpuTime.ofThread();
        for (int i = 0; i < PACKETS; i++) {
            if (kernel.output(0, packet, 0, packet.length) != OutputResult.SENT) {
                throw new IllegalStateException(kernel.drops().toString());
            }
        }
        return (CpuTime.ofThread() - from) / 1e3 / PACKETS;
    }

    private static byte[] udp(IpAddress source, IpAddress destination) {
        ByteBuffer packet = ByteBuffer.allocate(28).putShort((short) 0x4500).putShort((short) 28).putInt(0x00014000);
        packet.put((byte) 64).put((byte) 17).putShort((short) 0);
        packet.put(source.octets().toByteArray()).put(destination.octets().toByteArray());
        return packet.putShort((short) 9).putShort((short) 9).putShort((short) 8).array();
    }

    private void submit(List<XfrmRequest> batch) {
        for (XfrmAnswer answer : kernel.submit(batch)) {
            if (!(answer instanceof XfrmAnswer.Done)) {
                throw new IllegalStateException(answer.toString());
            }
        }
    }

    private static List<XfrmRequest> installing(int child) {
        List<XfrmRequest> batch = new ArrayList<>();
        for (SaSpec sa : List.of(sa(child, true), sa(child, false))) {
            batch.add(new XfrmRequest.NewSa(sa, new SaKeys(Secret.wrap(new byte[20]), null)));
        }
        for (Direction direction : Direction.values()) {
            batch.add(new XfrmRequest.NewPolicy(policy(child, direction)));
        }
        return batch;
    }

    private static List<XfrmRequest> removing(int child) {
        List<XfrmRequest> batch = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            batch.add(new XfrmRequest.DelPolicy(policy(child, direction).id()));
        }
        batch.add(new XfrmRequest.DelSa(sa(child, true).id()));
        batch.add(new XfrmRequest.DelSa(sa(child, false).id()));
        return batch;
    }

    private static SaSpec sa(int child, boolean out) {
        return new SaSpec(SaId.esp(out ? RIGHT : LEFT, 0x1000 + child), out ? LEFT : RIGHT, Selector.any(true),
                out ? SaSpec.Direction.OUT : SaSpec.Direction.IN, SaSpec.Mode.TUNNEL, child + 1, SaSpec.NO_CPU,
                new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 128, null), new SaSpec.Replay(false, out ? 0 : 32),
                Lifetime.UNLIMITED, null, null, SaOptions.NONE, 0);
    }

    private static PolicySpec policy(int child, Direction direction) {
        boolean out = direction == Direction.OUT;
        Selector selector = new Selector(net(child, out), 32, net(child, !out), 32, 0, Selector.Port.ANY,
                Selector.Port.ANY, 0);
        return new PolicySpec(PolicyId.of(selector, direction), PolicySpec.Action.ALLOW, PRIORITY,
                List.of(new Template(out ? LEFT : RIGHT, out ? RIGHT : LEFT, SaSpec.Mode.TUNNEL, child + 1, false)),
                false, null);
    }

    private static IpAddress net(int child, boolean left) {
        return IpAddress.of("10.%d.%d.%d".formatted(left ? 1 : 2, child >> 8, child & 255));
    }
}
