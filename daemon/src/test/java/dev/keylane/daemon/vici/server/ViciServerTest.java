package dev.keylane.daemon.vici.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.kernel.TrapView;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.ViciPacket;
import dev.keylane.daemon.vici.ViciWriter;
import dev.keylane.daemon.vici.client.ViciClient;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.wire.Octets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The socket's behaviour towards clients good and bad; frames by hand, as any language would write them. */
@Timeout(60)
class ViciServerTest {
    /** Packet type 0 and the name "get-keys". */
    private static final String GET_KEYS = "0000000a 00 08 6765742d6b657973";
    /** A list "keys" without items. */
    private static final String NO_KEYS = "01" + "0404" + "6b657973" + "06";
    private static final String LOG = "03 6c6f67";
    private static final String CONFIRM = "05";
    private static final String UNKNOWN = "06";

    @TempDir
    private Path directory;
    private ServerFixture server;

    @BeforeEach
    void start() throws IOException {
        server = new ServerFixture(directory, new ViciServer.Transport(DomainSockets.best(), Optional.empty(), Duration.ofSeconds(1)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersACommandAndSaysWhatItDoesNotKnow() throws IOException {
        try (RawClient client = new RawClient(server.path)) {
            client.send(GET_KEYS);
            assertThat(client.receive()).isEqualTo(NO_KEYS);
            client.send("00000003 00 01 78");
            assertThat(client.receive()).isEqualTo("02");
        }
    }

    @Test
    void commandsSentTogetherAreAnsweredInOrder() throws IOException {
        try (RawClient client = new RawClient(server.path)) {
            client.send((GET_KEYS + "00000003 00 01 78").repeat(100));
            for (int i = 0; i < 100; i++) {
                assertThat(client.receive()).isEqualTo(NO_KEYS);
                assertThat(client.receive()).isEqualTo("02");
            }
        }
    }

    @Test
    void confirmsEventsItKnows() throws IOException {
        try (RawClient client = new RawClient(server.path)) {
            client.send("00000005 03" + LOG);
            assertThat(client.receive()).isEqualTo(CONFIRM);
            client.send("00000003 03 01 78");
            assertThat(client.receive()).isEqualTo(UNKNOWN);
            client.send("00000005 04" + LOG);
            assertThat(client.receive()).isEqualTo(CONFIRM);
            client.send("00000005 04" + LOG);
            assertThat(client.receive()).isEqualTo(UNKNOWN);
        }
    }

    @Test
    void halfAFrameHarmsNobodyAndCanBeFinishedLater() throws IOException {
        try (RawClient half = new RawClient(server.path); RawClient other = new RawClient(server.path)) {
            half.send("0000000a 00 08 6765");
            other.send(GET_KEYS);
            assertThat(other.receive()).isEqualTo(NO_KEYS);
            half.send("742d6b657973");
            assertThat(half.receive()).isEqualTo(NO_KEYS);
        }
    }

    @Test
    void aFrameOctetByOctetIsAFrame() throws IOException {
        try (RawClient client = new RawClient(server.path)) {
            for (byte octet : Octets.ofHex(GET_KEYS).toByteArray()) {
                client.send(Octets.of(octet));
            }
            assertThat(client.receive()).isEqualTo(NO_KEYS);
        }
    }

    @Test
    void takesTheLargestFrameAndClosesOnALargerOne() throws IOException {
        ViciMessage.Builder message = ViciMessage.builder();
        for (int i = 0; i < 7; i++) {
            message.set("k", "v".repeat(65_535));
        }
        // 4 octets for each of eight keys "k", and 10 for the name of the command
        message.set("k", "v".repeat(ViciPacket.MAX_SIZE - 10 - 7 * (65_535 + 5) - 5));
        Octets largest = ViciWriter.segment(ViciPacket.request("get-keys", message.build())).orElseThrow();
        assertThat(largest.length()).isEqualTo(4 + ViciPacket.MAX_SIZE);
        try (RawClient client = new RawClient(server.path)) {
            client.send(largest);
            assertThat(client.receive()).isEqualTo(NO_KEYS);
            client.send("00080001 00");
            assertThat(client.receive()).isEqualTo("closed");
        }
    }

    @Test
    void closesOnMalformedOctets() throws IOException {
        for (String bad : List.of("00000000", "00000001 09", "00000002 00 05", "00000002 0107", "00000001 01",
                "ffffffff", "474554202f20485454502f312e310d0a0d0a")) {
            try (RawClient client = new RawClient(server.path)) {
                client.send(bad);
                assertThat(client.receive()).as(bad).isEqualTo("closed");
            }
        }
        answersACommandAndSaysWhatItDoesNotKnow();
    }

    @Test
    void eventsGoToThoseWhoRegisteredEvenInTheMiddleOfACommand() throws IOException {
        ControlEvent.LogLine line = new ControlEvent.LogLine(Effect.Group.IKE, 1, 0, "", "hello", Samples.NOW);
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        server.control.loadConnection(Samples.BLUE_FIELD);
        server.control.onInitiate = request -> answer;
        try (RawClient client = new RawClient(server.path)) {
            client.send("00000005 03" + LOG);
            assertThat(client.receive()).isEqualTo(CONFIRM);
            client.send(ViciWriter.segment(ViciPacket.request("initiate",
                    ViciMessage.builder().set("child", "bf").build())).orElseThrow());
            Awaitility.await().until(() -> server.control.calls.contains("initiate BFL-BFR/bf 0"));
            server.control.publish(line);
            assertThat(client.receive()).startsWith("07" + LOG.replace(" ", "")).endsWith("68656c6c6f");
            answer.complete(Outcome.DONE);
            assertThat(client.receive()).isEqualTo("01" + "0307" + "73756363657373" + "0003" + "796573");
        }
    }

    @Test
    void whatAClientLeavesBehindIsForgotten() throws IOException {
        server.control.loadConnection(Samples.BLUE_FIELD);
        server.control.onInitiate = request -> new CompletableFuture<>();
        int before = server.control.listeners();
        for (int i = 0; i < 3; i++) {
            try (RawClient client = new RawClient(server.path)) {
                client.send(ViciWriter.segment(ViciPacket.request("initiate",
                        ViciMessage.builder().set("child", "bf").build())).orElseThrow());
                Awaitility.await().until(() -> server.control.calls.contains("initiate BFL-BFR/bf 0"));
                assertThat(server.control.listeners()).isEqualTo(before + 1);
            }
            Awaitility.await().untilAsserted(() ->
                    assertThat(server.control.drain()).contains("nobody waits for BFL-BFR/bf"));
            assertThat(server.control.listeners()).isEqualTo(before);
        }
    }

    /** Which is not asked for later, when the client goes away after all. */
    @Test
    void anAnswerIsGivenOnce() throws IOException {
        server.control.loadConnection(Samples.BLUE_FIELD);
        try (RawClient client = new RawClient(server.path)) {
            client.send(ViciWriter.segment(ViciPacket.request("initiate",
                    ViciMessage.builder().set("child", "bf").build())).orElseThrow());
            assertThat(client.receive()).startsWith("01");
        }
        answersACommandAndSaysWhatItDoesNotKnow();
        assertThat(server.control.calls).contains("initiate BFL-BFR/bf 0").doesNotContain("nobody waits for BFL-BFR/bf");
    }

    @Test
    void aClientThatDoesNotReadEventsIsCutOff() throws IOException {
        ControlEvent.LogLine line =
                new ControlEvent.LogLine(Effect.Group.IKE, 1, 0, "", "x".repeat(10_000), Samples.NOW);
        try (RawClient lazy = new RawClient(server.path); RawClient other = new RawClient(server.path)) {
            lazy.send("00000005 03" + LOG);
            assertThat(lazy.receive()).isEqualTo(CONFIRM);
            for (int i = 0; i < 1_000; i++) {
                server.control.publish(line);
            }
            other.send(GET_KEYS);
            assertThat(other.receive()).isEqualTo(NO_KEYS);
            int received = 0;
            while (!lazy.receive().equals("closed")) {
                received++;
            }
            assertThat(received).isLessThan(1_000);
        }
    }

    @Test
    void aListIsMadeAsFastAsItIsReadAndNotForThoseWhoDoNotRead() throws Exception {
        for (int i = 1; i <= 5_000; i++) {
            server.control.sas.add(Samples.ike(i, Samples.child(i, Resource.NONE)));
        }
        try (RawClient lazy = new RawClient(server.path); ViciClient good = server.client()) {
            lazy.send("00000009 03 07 6c6973742d7361");
            assertThat(lazy.receive()).isEqualTo(CONFIRM);
            lazy.send(ViciWriter.segment(ViciPacket.request("list-sas", ViciMessage.EMPTY)).orElseThrow());
            List<ViciMessage> sas = new ArrayList<>();
            assertThat(good.request("list-sas", ViciMessage.EMPTY, "list-sa", sas::add)).isEqualTo(ViciMessage.EMPTY);
            assertThat(sas).hasSize(5_000);
            Thread.sleep(3_000);
            int received = 0;
            while (!lazy.receive().equals("closed")) {
                received++;
            }
            assertThat(received).isLessThan(5_000);
        }
    }

    @Test
    void aListOfAnyLengthIsSentWithoutDeepRecursion() throws Exception {
        List<IkeSnapshot> many = new ArrayList<>();
        for (int i = 1; i <= 60_000; i++) {
            many.add(Samples.ike(i));
        }
        server.control.sas.addAll(many);
        try (ViciClient good = server.client()) {
            AtomicInteger count = new AtomicInteger();
            good.request("list-sas", ViciMessage.EMPTY, "list-sa", sa -> count.incrementAndGet());
            assertThat(count).hasValue(60_000);
        }
    }

    @Test
    void anIkeSaOfMoreChildrenThanOneMessageHoldsIsToldInSeveral() throws Exception {
        server.control.sas.add(Samples.ike(1, children(2, 3_001)));
        server.control.sas.add(Samples.ike(4_000, children(4_001, 4_002)));
        try (ViciClient client = server.client()) {
            List<ViciMessage.Section> parts = new ArrayList<>();
            assertThat(client.request("list-sas", ViciMessage.EMPTY, "list-sa", sa -> parts.addAll(sa.sections())))
                    .isEqualTo(ViciMessage.EMPTY);
            List<ViciMessage> large = parts.stream().map(ViciMessage.Section::content)
                    .filter(sa -> sa.text("uniqueid").equals(Optional.of("1"))).toList();
            assertThat(large).hasSizeBetween(2, 4).allSatisfy(sa -> assertThat(without(sa)).isEqualTo(without(large.getFirst())));
            assertThat(large.stream().flatMap(sa -> sa.section("child-sas").orElseThrow().sections().stream()))
                    .extracting(ViciMessage.Section::name)
                    .containsExactlyElementsOf(IntStream.rangeClosed(2, 3_001).mapToObj(id -> "bf-" + id).toList());
            assertThat(parts).hasSize(large.size() + 1);
        }
    }

    private static ViciMessage without(ViciMessage sa) {
        return new ViciMessage(sa.elements().stream().filter(key -> !key.name().equals("child-sas")).toList());
    }

    private static ChildSnapshot[] children(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(id -> Samples.child(id, Resource.NONE)).toArray(ChildSnapshot[]::new);
    }

    @Test
    void aListThatLacksSomethingDoesNotEndLikeACompleteOne() throws Exception {
        server.control.traps.add(trap(1, "n".repeat(300)));
        server.control.traps.add(trap(2, "net"));
        try (ViciClient client = server.client()) {
            ViciMessage traps = ViciMessage.builder().set("trap", "yes").build();
            List<ViciMessage> told = new ArrayList<>();
            assertThat(client.request("list-policies", traps, "list-policy", told::add)).isEqualTo(ViciMessage.builder()
                    .set("success", "no").set("errmsg", "an event list-policy is too large and was left out: ask for less at once")
                    .build());
            assertThat(told).hasSize(1);
            server.control.traps.removeFirst();
            assertThat(client.request("list-policies", traps, "list-policy", told::add)).isEqualTo(ViciMessage.EMPTY);
        }
    }

    private static TrapView trap(long id, String connection) {
        return new TrapView(id, connection, Samples.BLUE_FIELD.children().getFirst(), 9, new Selectors(List.of(), List.of()));
    }

    @Test
    void fiftyClientsAtOnce() throws Exception {
        server.control.sas.add(Samples.ike(1, Samples.child(2, Resource.FALLBACK)));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                clients.add(threads.submit(listsManyTimes()));
            }
            for (Future<Integer> client : clients) {
                assertThat(client.get()).isEqualTo(20);
            }
        }
    }

    @Test
    void worksWithoutTheNativeLibrary() throws Exception {
        server.close();
        server = new ServerFixture(directory, new ViciServer.Transport(DomainSockets.nio(), Optional.empty(), Duration.ofSeconds(1)));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.path))).isEqualTo("rw-rw----");
        halfAFrameHarmsNobodyAndCanBeFinishedLater();
        closesOnMalformedOctets();
        fiftyClientsAtOnce();
        server.close();
        assertThat(server.path).doesNotExist();
    }

    private Callable<Integer> listsManyTimes() {
        return () -> {
            List<ViciMessage> sas = new ArrayList<>();
            try (ViciClient client = server.client()) {
                for (int i = 0; i < 20; i++) {
                    client.request("list-sas", ViciMessage.EMPTY, "list-sa", sas::add);
                }
            }
            return sas.size();
        };
    }
}
