package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.OffloadCounts;
import dev.keylane.daemon.offload.Refusal;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.ForwardingXfrmKernel;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device that takes its time for each SA keeps nobody waiting but those who want to know what it can do, and these not for ever. */
@Timeout(30)
class SlowDevicesTest {
    @TempDir
    private Path directory;
    private final RecordingKernel kernel = new RecordingKernel();
    /** The same one, as the other thread sees it. */
    private final RecordingKernel card = new RecordingKernel();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch slow = new CountDownLatch(1);
    private final BlockingQueue<Runnable> answers = new ArrayBlockingQueue<>(10);
    private final boolean[] told = {false};
    private XfrmKernelSide side;

    @BeforeEach
    void open() throws IOException {
        card.refusal = request -> {
            if (request instanceof XfrmRequest.NewSa(var sa, _)) {
                begun.countDown();
                await();
                return sa.mode() == SaSpec.Mode.TUNNEL
                        ? Optional.of(RecordingKernel.error("NEWSA", 22, "EINVAL", "card: no tunnels")) : Optional.empty();
            }
            return Optional.empty();
        };
        side = open(new ForwardingXfrmKernel(kernel) {
            @Override
            public Optional<Supplier<XfrmKernel>> another() {
                return Optional.of(() -> card);
            }
        });
        side.listenToDevices(answers::add);
    }

    @AfterEach
    void close() {
        slow.countDown();
        side.close();
    }

    @Test
    void nobodyIsKeptFromAnythingAndItsAnswerComesLater() throws InterruptedException {
        PolicyBook book = book();
        side.use(book);
        begun.await();
        assertThat(side.reasonAgainst(book.connections().getFirst(), child())).as("nothing is known against it").isEmpty();
        assertThat(side.knowsDevicesOf(book.connections().getFirst(), now(), () -> told[0] = true)).isFalse();
        assertThat(kernel.requests).as("of the shard's own kernel").isEmpty();
        assertThat(side.onTime(now())).isEmpty();
        assertThat(told[0]).isFalse();
        slow.countDown();
        answers.take().run();
        side.onTime(now());
        assertThat(told[0]).isTrue();
        assertThat(side.reasonAgainst(book.connections().getFirst(), child())).hasValueSatisfying(reason ->
                assertThat(reason).startsWith("children.net.hw_offload = packet: NEWSA: EINVAL (22): card: no tunnels"));
        assertThat(side.knowsDevicesOf(book.connections().getFirst(), now(), () -> { })).isTrue();
    }

    @Test
    void afterASecondTheDeviceIsTakenAtItsWord() {
        side.use(book());
        Connection west = book().connections().getFirst();
        assertThat(side.nextTimeout()).as("a warning has time").isEmpty();
        Instant now = now();
        assertThat(side.knowsDevicesOf(west, now, () -> told[0] = true)).isFalse();
        assertThat(side.on(new Effect.Reinitiate(west.name(), "net"), now)).as("so does the core").isEmpty();
        assertThat(side.nextTimeout().orElseThrow()).isBetween(now, now.plus(OffloadDevices.PATIENCE));
        List<Event> events = side.onTime(now.plus(OffloadDevices.PATIENCE));
        assertThat(told[0]).isTrue();
        assertThat(events).singleElement().isInstanceOfSatisfying(Event.Initiate.class, initiate ->
                assertThat(initiate.path()).isNotNull());
    }

    @Test
    void whatItIsKnownNotToDoIsHeldAgainstItWheneverAChildFailsByThat() throws InterruptedException {
        side.use(book());
        begun.await();
        slow.countDown();
        answers.take().run();
        side.onTime(now());
        assertThat(side.offloads().refused()).isEmpty();
        assertThat(side.on(new Effect.Reinitiate("west", "net"), now())).singleElement()
                .isInstanceOfSatisfying(Event.InitiateHindered.class, hindered -> {
                    assertThat(hindered.reason()).startsWith("children.net.hw_offload = packet: NEWSA: EINVAL (22): card: no tunnels");
                    side.on(failed(hindered.reason()), now());
                });
        side.on(failed("received NO_PROPOSAL_CHOSEN"), now());
        assertThat(side.offloads().refused()).isEqualTo(Map.of(new OffloadCounts.Refused("eth7", Refusal.Reason.UNSUPPORTED), 1L));
    }

    private static Effect.ChildFailed failed(String reason) {
        return new Effect.ChildFailed(0, "west", "net", Resource.NONE, 0, 0, reason);
    }

    /** The clock of the machine may have been set: the shard's is steady. */
    @Test
    void whateverTheTimeOfDayNobodyWaitsLongerThanThat() {
        side.use(book());
        for (Instant now : List.of(Instant.EPOCH, Instant.EPOCH.plus(Duration.ofDays(100_000)))) {
            side.knowsDevicesOf(book().connections().getFirst(), now, () -> told[0] = true);
            assertThat(side.nextTimeout().orElseThrow()).isBetween(now, now.plus(OffloadDevices.PATIENCE));
            side.onTime(now.plus(OffloadDevices.PATIENCE));
            assertThat(told[0]).isTrue();
            told[0] = false;
        }
    }

    @Test
    void whatNobodyWantsAnyMoreIsTriedAnewForWhoeverWantsItLater() throws InterruptedException {
        side.use(book());
        begun.await();
        side.use(PolicyBook.EMPTY);
        side.use(book());
        slow.countDown();
        answers.take().run();
        answers.take().run();
        assertThat(side.reasonAgainst(book().connections().getFirst(), child())).isPresent();
    }

    @Test
    void throwAwayStatesAreInAJournalOfTheirOwnWhileTheyStand() throws Exception {
        Path journal = directory.resolve("owned");
        side.use(book());
        begun.await();
        assertThat(Files.readString(KernelJournal.ofTryouts(journal))).contains("+sa 198.1");
        assertThat(Files.readString(journal)).doesNotContain("198.1");
        slow.countDown();
        answers.take();
        assertThat(card.sas).isEmpty();
        assertThat(card.policies).isEmpty();
        assertThat(KernelJournal.ofTryouts(journal)).doesNotExist();
    }

    @Test
    void whatADaemonWasKilledWithIsRemovedByTheNextOneAndNothingElseIs() throws Exception {
        side.use(book());
        begun.await();
        Path left = KernelJournal.ofTryouts(directory.resolve("owned"));
        Path killed = directory.resolve("killed");
        Path again = directory.resolve("again");
        Files.copy(left, KernelJournal.ofTryouts(killed));
        Files.copy(left, KernelJournal.ofTryouts(again));
        slow.countDown();
        answers.take();
        SaSpec ours = card.requests.stream().filter(XfrmRequest.NewSa.class::isInstance).map(XfrmRequest.NewSa.class::cast)
                .findFirst().orElseThrow().sa();
        SaSpec others = ours.with(ours.reqid() + 1);
        kernel.sas.put(others.id(), others);
        open(killed, kernel).close();
        assertThat(kernel.sas.values()).as("of the same name, but another's").containsExactly(others);
        kernel.sas.clear();
        kernel.sas.put(ours.id(), ours);
        open(again, kernel).close();
        assertThat(kernel.sas).isEmpty();
        assertThat(KernelJournal.ofTryouts(again)).doesNotExist();
    }

    @Test
    void whoStopsMeanwhileLeavesNothing() throws InterruptedException {
        side.use(book());
        begun.await();
        CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(slow::countDown);
        side.close();
        assertThat(card.sas).isEmpty();
        assertThat(card.policies).isEmpty();
        assertThat(KernelJournal.ofTryouts(directory.resolve("owned"))).doesNotExist();
    }

    private void await() {
        try {
            slow.await();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    /** The side goes by the clock for how long a device has been tried. */
    private static Instant now() {
        return Instant.now();
    }

    private XfrmKernelSide open(XfrmKernel over) throws IOException {
        return open(directory.resolve("owned"), over);
    }

    private static XfrmKernelSide open(Path journal, XfrmKernel over) throws IOException {
        KernelSettings settings = new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(2)),
                Duration.ofSeconds(30), journal, "b");
        return XfrmKernelSide.open(over, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"), settings,
                Samples.NETWORK, new Random(3), () -> 1);
    }

    private static ChildConfig child() {
        return Samples.tunnel(ChildConfig.PerCpu.NO, new KernelOptions(true, false, 0, 0, 32, HwOffload.PACKET, "",
                Marks.NONE, true, true, CopyDscp.OUT, false, 0));
    }

    private static PolicyBook book() {
        return Samples.book(child());
    }
}
