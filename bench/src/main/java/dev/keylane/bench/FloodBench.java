package dev.keylane.bench;

import com.sun.management.ThreadMXBean;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.HalfOpenLimits;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** CPU time and garbage of datagrams from strangers, each from an address of its own, at 20,000 a second. */
final class FloodBench {
    private static final int DATAGRAMS = 20_000;
    private static final int ROUNDS = 12;
    private static final int WARM = 6;
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final IpEndpoint HERE = new IpEndpoint(IpAddress.of("198.51.100.1"), 500);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final PolicyBook ANYBODY = Policies.responder(Policies.PLAIN_ESP, PerCpu.NO);

    private FloodBench() {
    }

    static void run() {
        List<Octets> requests = requests();
        List<Octets> withCookie = requests.stream().map(FloodBench::withWrongCookie).toList();
        Octets stranger = MessageCodec.encode(new IkeHeader(1, 2, ExchangeType.INFORMATIONAL, true, false, 1),
                List.of(NotifyPayload.of(NotifyType.INITIAL_CONTACT)));
        print("%-40s %9s %9s %11s %10s", "datagrams of strangers, one core", "us: min", "median", "packets/s", "octets");
        measure("IKE_SA_INIT, a cookie is demanded", requests, 0, ANYBODY);
        measure("IKE_SA_INIT with a wrong cookie", withCookie, 0, ANYBODY);
        measure("IKE_SA_INIT that no connection is for", requests, 30, PolicyBook.EMPTY);
        measure("request for an unknown SPI", List.of(stranger), 0, ANYBODY);
        measure("datagram that is no IKE message", List.of(Octets.wrap(new byte[200])), 0, ANYBODY);
        measure("IKE_SA_INIT that is believed", requests.subList(0, 1000), HalfOpenLimits.NEVER, ANYBODY);
        print("%n%s", """
                Of the core alone; octets is what one datagram leaves to the garbage collector, the datagram itself not
                counted. charon answers 41,000-45,000 IKE_SA_INIT a second with a cookie, 20-25 us each, its UDP socket
                included (2.5 GHz Cascade Lake). The lab's scenario "flood" measures the daemon as a whole.""");
    }

    private static List<Octets> requests() {
        Couple couple = Couple.of(Policies.PLAIN_ESP);
        return couple.initRequests(DATAGRAMS).stream().map(Effect.SendDatagram::datagram).toList();
    }

    /** In front of what was there: the header's first payload and length change, and a Notify comes in between. */
    private static Octets withWrongCookie(Octets request) {
        byte[] header = request.slice(0, IkeHeader.SIZE).toByteArray();
        int first = header[16];
        header[16] = 41;
        int length = request.length() + 29;
        header[26] = (byte) (length >> 8);
        header[27] = (byte) length;
        Octets notify = Octets.concat(Octets.of(first, 0, 0, 29, 0, 0, NotifyType.COOKIE >> 8, NotifyType.COOKIE & 0xff),
                Octets.wrap(new byte[21]));
        return Octets.concat(Octets.wrap(header), notify, request.slice(IkeHeader.SIZE, request.length()));
    }

    private static void measure(String what, List<Octets> datagrams, int cookieThreshold, PolicyBook book) {
        int count = datagrams.size() == 1 ? DATAGRAMS : datagrams.size();
        List<Double> micros = new ArrayList<>();
        double octets = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Side responder = responder(cookieThreshold, book);
            List<Event> events = events(datagrams, count);
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long from = CpuTime.ofThread();
            for (int i = 0; i < count; i++) {
                responder.on(events.get(i), START.plus(Duration.ofNanos(50_000L * i)));
            }
            double spent = (CpuTime.ofThread() - from) / 1e3 / count;
            octets = (THREADS.getCurrentThreadAllocatedBytes() - allocated) / (double) count;
            if (round >= WARM) {
                micros.add(spent);
            }
        }
        micros.sort(null);
        double median = micros.get(micros.size() / 2);
        print("%-40s %9.2f %9.2f %11.0f %10.0f", what, micros.getFirst(), median, 1e6 / median, octets);
    }

    private static Side responder(int cookieThreshold, PolicyBook book) {
        EndpointSettings plain = EndpointSettings.DEFAULT;
        return new Side(new EndpointSettings(plain.port(), plain.natPort(), plain.retransmission(), cookieThreshold,
                HalfOpenLimits.NEVER, plain.halfOpen().timeout()), _ -> new ResourceAssignment.Answer.QueueFull(), book);
    }

    private static List<Event> events(List<Octets> datagrams, int count) {
        List<Event> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            IpAddress source = new IpAddress(Octets.of(10, i >> 16, i >> 8 & 0xff, i & 0xff));
            events.add(new Event.DatagramReceived(HERE, new IpEndpoint(source, 500), datagrams.get(i % datagrams.size())));
        }
        return events;
    }

    private static void print(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }
}
