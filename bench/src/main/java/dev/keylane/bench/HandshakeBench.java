package dev.keylane.bench;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.Octets;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.pcpu.FewestResource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** CPU time and heap of IKE SAs and Child SAs, printed beside charon's. */
final class HandshakeBench {
    private static final int IN_STEP = 64;
    private static final int SAS = 8_000;
    private static final int MANY_CHILDREN = 256;
    private static final int DATAGRAMS = 2_000;

    private final Report report = new Report();

    private HandshakeBench() {
    }

    static void run() {
        new HandshakeBench().measure();
    }

    private void measure() {
        warmUp();
        report.cpuHeading();
        handshakes();
        children("CREATE_CHILD_SA, children 2-17", Policies.PLAIN_ESP, 2, 17, Charon.CHILD);
        children("CREATE_CHILD_SA, children 241-256", Policies.PLAIN_ESP, MANY_CHILDREN - 15, MANY_CHILDREN,
                Charon.CHILD_AT_256);
        children("  with PFS, children 2-17", Policies.PFS_ESP, 2, 17, Charon.CHILD_WITH_PFS);
        children("  with PFS, children 241-256", Policies.PFS_ESP, MANY_CHILDREN - 15, MANY_CHILDREN,
                Charon.CHILD_WITH_PFS_AT_256);
        perCpu("  per CPU, CPUs 0-15", 0, 16);
        perCpu("  per CPU, CPUs 240-255", MANY_CHILDREN - 16, MANY_CHILDREN);
        datagrams();
        report.cpu("x25519 generate + agree, alone", KeyExchangeCost.measure(), Charon.KEY_EXCHANGE);
        report.heapHeading();
        report.heap("IKE SA with one child", HeapCost.ofSa(), Charon.SA_BYTES);
        report.heap("a further child", HeapCost.ofFurtherChild(), Charon.CHILD_BYTES);
        report.heap("half-open IKE SA", HeapCost.ofHalfOpen(), Charon.HALF_OPEN_BYTES);
        report.end();
    }

    /** Enough of everything for the compiler to have settled. */
    private void warmUp() {
        for (int i = 0; i < 4; i++) {
            batches(Couple.of(Policies.PLAIN_ESP), SAS / 2);
            childBatches(Couple.of(Policies.PLAIN_ESP), 2, 129, IN_STEP);
            childBatches(Couple.of(Policies.PFS_ESP), 2, 33, IN_STEP);
            perCpuBatches(0, MANY_CHILDREN);
        }
    }

    private void handshakes() {
        List<Cost> costs = new ArrayList<>();
        long collections = CpuTime.ofCollections();
        for (int run = 0; run < 3; run++) {
            costs.addAll(batches(Couple.of(Policies.PLAIN_ESP), SAS));
        }
        collections = CpuTime.ofCollections() - collections;
        report.cpu("IKE_SA_INIT + IKE_AUTH, one child", costs, Charon.HANDSHAKE);
        report.note("collecting garbage during these: %.1f us a handshake, both sides, with all SAs kept",
                collections / 1e3 / (3 * SAS));
    }

    private static List<Cost> batches(Couple couple, int handshakes) {
        List<Cost> costs = new ArrayList<>();
        for (int done = 0; done < handshakes; done += IN_STEP) {
            costs.add(couple.handshakes(IN_STEP));
        }
        return costs;
    }

    private void children(String what, String esp, int from, int to, String charon) {
        List<Cost> costs = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            costs.addAll(childBatches(Couple.of(esp), from, to, IN_STEP));
        }
        report.cpu(what, costs, charon);
    }

    /** The costs of children {@code from} to {@code to} of some IKE SAs. */
    private static List<Cost> childBatches(Couple couple, int from, int to, int ikeSas) {
        couple.handshakes(ikeSas);
        List<Cost> costs = new ArrayList<>();
        for (int child = 2; child <= to; child++) {
            Cost cost = couple.children(0, ikeSas, Resource.NONE);
            if (child >= from) {
                costs.add(cost);
            }
        }
        return costs;
    }

    private void perCpu(String what, int from, int to) {
        List<Cost> costs = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            costs.addAll(perCpuBatches(from, to));
        }
        report.cpu(what, costs, "");
    }

    private static List<Cost> perCpuBatches(int from, int to) {
        CpuSet cpus = CpuSet.first(MANY_CHILDREN);
        Couple couple = Couple.of(Policies.PLAIN_ESP, PerCpu.YES, FewestResource.twiceThe(cpus), Integer.MAX_VALUE);
        couple.handshakes(IN_STEP);
        List<Cost> costs = new ArrayList<>();
        for (int cpu = 0; cpu < to; cpu++) {
            Cost cost = couple.children(0, IN_STEP, Resource.cpu(cpu));
            if (cpu >= from) {
                costs.add(cost);
            }
        }
        return costs;
    }

    private void datagrams() {
        Couple cookies = Couple.of(Policies.PLAIN_ESP, PerCpu.NO, _ -> new ResourceAssignment.Answer.QueueFull(), 0);
        List<Effect.SendDatagram> requests = cookies.initRequests(DATAGRAMS);
        report.responder("IKE_SA_INIT answered by a cookie", datagramCosts(() -> cookies.deliver(requests)),
                Charon.COOKIE);
        Octets stranger = MessageCodec.encode(
                new IkeHeader(1, 2, ExchangeType.INFORMATIONAL, true, false, 1), List.of());
        Octets noise = Octets.wrap(new byte[200]);
        report.responder("request for an unknown SPI", datagramCosts(() -> cookies.deliver(stranger, DATAGRAMS)), "");
        report.responder("datagram that is no IKE message", datagramCosts(() -> cookies.deliver(noise, DATAGRAMS)), "");
    }

    private static List<Double> datagramCosts(LongSupplier batch) {
        List<Double> costs = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            double cost = batch.getAsLong() / 1e3 / DATAGRAMS;
            if (i >= 30) {
                costs.add(cost);
            }
        }
        return costs;
    }
}
