package dev.keylane.daemon.vici.server;

import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.ViciPacket;
import dev.keylane.daemon.vici.ViciWriter;
import dev.keylane.daemon.vici.client.ViciClient;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.wire.Octets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import static org.assertj.core.api.Assertions.assertThat;

/** Crowds and floods: whoever else is there is served meanwhile. */
@Timeout(120)
class BadClientsTest {
    @TempDir
    private Path directory;
    private ServerFixture server;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = new ServerFixture(directory);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable client : open) {
            client.close();
        }
        server.close();
    }

    private RawClient raw() throws IOException {
        RawClient client = new RawClient(server.path);
        open.add(client);
        return client;
    }

    private void othersAreServed() throws IOException {
        try (ViciClient other = server.client()) {
            assertThat(other.request("version", ViciMessage.EMPTY).text("daemon")).contains("keylane");
        }
    }

    @Test
    void aThousandThatSayNothingKeepNobodyOutAndTakeNoListenersPlace() throws Exception {
        AtomicInteger heard = new AtomicInteger();
        ViciClient listener = server.client();
        open.add(listener);
        Thread.ofVirtual().start(() -> {
            try {
                listener.listen("log", _ -> heard.incrementAndGet());
            } catch (IOException closed) {
                assertThat(closed).isNotNull();
            }
        });
        isToldOf("somebody listens", heard);
        List<RawClient> silent = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            silent.add(raw());
        }
        othersAreServed();
        isToldOf("the listener has kept its place", heard);
        assertThat(silent.getFirst().receive()).as("the oldest of those that say nothing").isEqualTo("closed");
        RawClient youngest = silent.getLast();
        youngest.send(segment(ViciPacket.request("version", ViciMessage.EMPTY)));
        assertThat(youngest.receive()).startsWith("01");
    }

    /** Said until it is heard: nobody knows when the listener begins. */
    private void isToldOf(String what, AtomicInteger heard) {
        int before = heard.get();
        Awaitility.await(what).atMost(20, TimeUnit.SECONDS).until(() -> {
            server.control.publish(new ControlEvent.LogLine(Effect.Group.IKE, 1, 0, "", "hello", Samples.NOW));
            return heard.get() > before;
        });
    }

    @Test
    void hundredsOfListenersKeepNobodyOut() throws Exception {
        Octets register = segment(ViciPacket.bare(ViciPacket.Kind.EVENT_REGISTER, "log"));
        for (int i = 0; i < 300; i++) {
            RawClient listener = raw();
            listener.send(register);
            assertThat(listener.receive()).isEqualTo("05");
        }
        othersAreServed();
    }

    @Test
    void largeFramesBehindASlowCommandStayOutside() throws Exception {
        server.control.loadConnection(Samples.BLUE_FIELD);
        server.control.onInitiate = _ -> new CompletableFuture<>();
        Octets large = segment(ViciPacket.request("load-shared", ViciMessage.builder()
                .list("owners", Collections.nCopies(8, "x".repeat(50_000))).build()));
        RawClient client = raw();
        client.send(segment(ViciPacket.request("initiate", ViciMessage.builder().set("child", "bf").build())));
        AtomicInteger sent = new AtomicInteger();
        Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 64; i++) {
                    client.send(large);
                    sent.incrementAndGet();
                }
            } catch (IOException closed) {
                assertThat(closed).isNotNull();
            }
        });
        Awaitility.await().until(() -> sent.get() > 0);
        Thread.sleep(1000);
        assertThat(sent).as("frames of 400 KB that were taken").hasValueLessThan(6);
        othersAreServed();
    }

    @Test
    void halfFramesOfManyHarmNobody() throws Exception {
        for (int i = 0; i < 100; i++) {
            raw().send("0008");
            raw().send("00080000" + "00");
        }
        othersAreServed();
    }

    @Test
    void aFloodOfRegistrationsIsAnsweredAsFastAsItIsRead() throws Exception {
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        for (int i = 0; i < 20_000; i++) {
            boolean on = i % 2 == 0;
            flood.writeBytes(segment(ViciPacket.bare(on ? ViciPacket.Kind.EVENT_REGISTER : ViciPacket.Kind.EVENT_UNREGISTER,
                    "child-updown")).toByteArray());
        }
        RawClient client = raw();
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                client.send(Octets.wrap(flood.toByteArray()));
            } catch (IOException cut) {
                assertThat(cut).isNotNull();
            }
        });
        othersAreServed();
        for (int i = 0; i < 20_000; i++) {
            assertThat(client.receive()).as("answer %d", i).isEqualTo("05");
        }
        sender.join();
        othersAreServed();
    }

    @Test
    void whoAsksWithoutReadingIsHeldBackAndOthersAreServed() throws Exception {
        server.control.sas.addAll(Collections.nCopies(200, Samples.ike(1)));
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        for (int i = 0; i < 5_000; i++) {
            flood.writeBytes(segment(ViciPacket.request("get-algorithms", ViciMessage.EMPTY)).toByteArray());
        }
        RawClient greedy = raw();
        Thread.ofVirtual().start(() -> {
            try {
                greedy.send(Octets.wrap(flood.toByteArray()));
            } catch (IOException cut) {
                assertThat(cut).isNotNull();
            }
        });
        for (int i = 0; i < 20; i++) {
            othersAreServed();
        }
    }

    private static Octets segment(ViciPacket packet) {
        return ViciWriter.segment(packet).orElseThrow();
    }
}
