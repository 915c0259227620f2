package dev.keylane.steering.xdp;

import static dev.keylane.steering.xdp.Workbench.done;
import static dev.keylane.steering.xdp.Workbench.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.bpf.BpfMap;
import dev.keylane.bpf.BpfProgram;
import dev.keylane.bpf.MapShape;
import dev.keylane.bpf.MapType;
import dev.keylane.bpf.XdpHook;
import dev.keylane.bpf.XdpLink;
import dev.keylane.bpf.XdpMode;
import dev.keylane.bpf.code.Assembler;
import dev.keylane.bpf.code.Register;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.Interfaces;
import dev.keylane.linux.NetNamespace;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeredSa;
import dev.keylane.steering.Steering;
import dev.keylane.steering.SteeringPlan;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.steering.Strategy;
import dev.keylane.steering.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class XdpSteeringTest {
    private static final IpAddress HERE = IpAddress.of("192.0.2.1");
    private static final int LAST_CPU = Cpus.online().getLast();

    @BeforeAll
    static void needsRootAndBpf() {
        Workbench.unavailable().ifPresent(reason -> {
            System.out.println("no device is steered here: " + reason);
            Assumptions.abort("no device is steered here: " + reason);
        });
    }

    @Test
    void entriesComeAndGo() {
        Workbench.run(settings -> {
            Steering steering = done(new XdpStrategy(settings).attach("kv0"));
            assertThat(steering.steer(SteeredSa.plain(HERE, 0x1001), LAST_CPU)).isEmpty();
            assertThat(steering.steer(SteeredSa.inUdp(IpAddress.of("2001:db8::1"), 0xfffffffe, 4500), 0)).isEmpty();
            SteeringStatus status = steering.status();
            assertThat(status.strategy()).isEqualTo(Strategy.XDP);
            assertThat(status.mode()).isEqualTo("native");
            assertThat(status.capacity()).isEqualTo(64);
            assertThat(status.entries()).containsExactlyInAnyOrder(
                    new SteeringStatus.Entry(HERE, 0x1001, LAST_CPU, 0),
                    new SteeringStatus.Entry(IpAddress.of("2001:db8::1"), 0xfffffffe, 0, 0));
            assertThat(steering.steer(SteeredSa.plain(HERE, 0x1001), 0)).as("another CPU").isEmpty();
            assertThat(steering.unsteer(SteeredSa.inUdp(IpAddress.of("2001:db8::1"), 0xfffffffe, 4500))).isEmpty();
            assertThat(steering.unsteer(SteeredSa.plain(HERE, 0x9999))).as("never there").isEmpty();
            assertThat(steering.status().entries()).containsExactly(new SteeringStatus.Entry(HERE, 0x1001, 0, 0));
            steering.detach();
            assertThat(hook("kv0")).isEmpty();
            assertThat(settings.home("esp", "kv0")).doesNotExist();
        });
    }

    @Test
    void whatIsClosedGoesOnAndIsTakenOver() {
        Workbench.run(settings -> {
            Steering first = done(new XdpStrategy(settings).attach("kv0"));
            first.steer(SteeredSa.plain(HERE, 0x1001), LAST_CPU);
            int program = hook("kv0").orElseThrow().id();
            first.close();
            assertThat(hook("kv0").orElseThrow().id()).as("still on the hook").isEqualTo(program);
            assertThat(hook("kv0").orElseThrow().name()).isEqualTo("keylane_esp");
            assertThat(new XdpStrategy(settings).left()).containsExactly("kv0");

            Steering second = done(new XdpStrategy(settings).attach("kv0"));
            assertThat(hook("kv0").orElseThrow().id()).as("a new program").isNotEqualTo(program);
            assertThat(second.status().entries()).containsExactly(
                    new SteeringStatus.Entry(HERE, 0x1001, LAST_CPU, 0));
            second.detach();
            assertThat(hook("kv0")).isEmpty();
            assertThat(new XdpStrategy(settings).left()).isEmpty();
        });
    }

    @Test
    void aStrangersProgramStays() {
        Workbench.run(settings -> {
            try (BpfProgram stranger = BpfProgram.load(new Assembler().move(Register.R0, 2).exit().code("xdp_dispatcher"),
                    BpfProgram.Place.DEVICE, false, name -> null)) {
                int index = Interfaces.index("kv0").orElseThrow();
                for (XdpMode mode : XdpMode.values()) {
                    try (XdpLink link = ((XdpLink.Attempt.Attached) XdpLink.attach(stranger, index, mode)).link()) {
                        assertThat(rejected(new XdpStrategy(settings).attach("kv0")).text()).isEqualTo(
                                "kv0 already runs program " + stranger.id() + " \"xdp_dispatcher\" (" + mode
                                + "), which is not ours and stays: take it off, or choose another way of steering");
                        assertThat(new XdpStrategy(settings).examine("kv0").fits()).isFalse();
                        assertThat(hook("kv0").orElseThrow().id()).isEqualTo(link.programId());
                    }
                }
                assertThat(settings.home("esp", "kv0")).as("nothing is left of the attempt").doesNotExist();
            }
        });
    }

    @Test
    void pinnedMapsOfAnotherShapeAreNotTouched() {
        Workbench.run(settings -> {
            Path pin = settings.home("esp", "kv0").resolve("sas");
            try (BpfMap stranger = BpfMap.create("stranger", new MapShape(MapType.HASH, 20, 16, 64))) {
                create(pin.getParent());
                stranger.pin(pin);
                assertThat(rejected(new XdpStrategy(settings).attach("kv0")).text()).isEqualTo(
                        pin + " is HASH key 20 value 16 entries 64, not HASH key 24 value 16 entries 64:"
                        + " remove it if nobody needs it");
                assertThat(hook("kv0")).isEmpty();
            }
        });
    }

    private static void create(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void aTableOfAnotherSizeIsTakenOverAsItIs() {
        Workbench.run(settings -> {
            try (Steering before = done(new XdpStrategy(settings).attach("kv0"))) {
                before.steer(SteeredSa.plain(HERE, 0x1001), 0);
            }
            try (Steering after = done(new XdpStrategy(settings.withCapacity(128)).attach("kv0"))) {
                assertThat(after.status().entries()).hasSize(1);
                assertThat(after.status().capacity()).isEqualTo(64);
                assertThat(hook("kv0")).isPresent();
            }
        });
    }

    @Test
    void aFullTableIsSaidAndTheOthersStay() {
        Workbench.run(settings -> {
            Steering steering = done(new XdpStrategy(settings.withCapacity(2)).attach("kv0"));
            assertThat(steering.steer(SteeredSa.plain(HERE, 0x1001), 0)).isEmpty();
            assertThat(steering.steer(SteeredSa.plain(HERE, 0x1002), 0)).isEmpty();
            assertThat(steering.steer(SteeredSa.plain(HERE, 0x1003), 0)).contains(new Rejection.TableFull("kv0", 2));
            assertThat(steering.steer(SteeredSa.plain(HERE, 0x1002), LAST_CPU)).as("one that is there").isEmpty();
            assertThat(steering.status().entries()).hasSize(2);
            assertThat(steering.status().alerts()).containsExactly("the table of kv0 is full with 2 SAs");
            steering.unsteer(SteeredSa.plain(HERE, 0x1001));
            assertThat(steering.status().alerts()).isEmpty();
            assertThat(steering.steer(SteeredSa.plain(HERE, 0x1003), 0)).isEmpty();
        });
    }

    /** It is asked for on the thread that keys: {@code steer show} of many SAs must not hold that up. */
    @Test
    void theStatusOfTenThousandSasTakesMilliseconds() {
        Workbench.run(settings -> {
            Steering steering = done(new XdpStrategy(settings.withCapacity(16_384)).attach("kv0"));
            for (int i = 0; i < 10_000; i++) {
                assertThat(steering.steer(SteeredSa.plain(HERE, 0x10000 + i), i % (LAST_CPU + 1))).isEmpty();
            }
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 20; i++) {
                long start = System.nanoTime();
                assertThat(steering.status().entries()).hasSize(10_000);
                best = Math.min(best, System.nanoTime() - start);
            }
            System.out.printf("the status of 10,000 SAs: %.1f ms%n", best / 1e6);
            assertThat(best).isLessThan(100_000_000);
            steering.detach();
        });
    }

    @Test
    void packetsThatArriveAreCounted() {
        Workbench.run(settings -> {
            Steering steering = done(new XdpStrategy(settings).attach("kv0"));
            IpAddress peer = IpAddress.of("192.0.2.9");
            steering.steer(SteeredSa.inUdp(peer, 0x10010001, 4500), LAST_CPU);
            NetNamespace.ip("addr add 192.0.2.1/24 dev kv1", "neigh replace 192.0.2.9 lladdr 02:00:00:00:00:09 dev kv1");
            ByteBuffer esp = ByteBuffer.allocate(32).putInt(0, 0x10010001);
            Datagrams.sendFlow("192.0.2.9", 4500, esp, 100);
            Datagrams.sendFlow("192.0.2.9", 4500, ByteBuffer.allocate(32).putInt(0, 0x10010002), 7);
            Datagrams.sendFlow("192.0.2.9", 4500, ByteBuffer.allocate(32), 3);
            SteeringStatus status = steering.status();
            assertThat(status.hits()).isEqualTo(100);
            assertThat(status.misses()).isEqualTo(7);
            assertThat(status.count(Verdict.IKE)).isEqualTo(3);
            assertThat(status.entries()).containsExactly(new SteeringStatus.Entry(peer, 0x10010001, LAST_CPU, 100));
            steering.steer(SteeredSa.inUdp(peer, 0x10010001, 4500), 0);
            assertThat(steering.status().entries()).as("the count is kept")
                    .containsExactly(new SteeringStatus.Entry(peer, 0x10010001, 0, 100));
        });
    }

    @Test
    void whatCannotBeSteeredIsRejected() {
        Workbench.run(settings -> {
            Steering steering = done(new XdpStrategy(settings).attach("kv0"));
            SteeredSa sa = SteeredSa.plain(HERE, 0x1001);
            int possible = Cpus.possible().getLast() + 1;
            assertThat(steering.steer(sa, possible)).contains(new Rejection.NoSuchCpu(possible, possible));
            assertThat(steering.steer(sa, -1)).contains(new Rejection.NoSuchCpu(-1, possible));
            assertThat(steering.steer(sa, Integer.MAX_VALUE)).isPresent();
            assertThat(steering.steer(SteeredSa.plain(HERE, 255), 0)).contains(new Rejection.ReservedSpi(255));
            assertThat(steering.steer(SteeredSa.inUdp(HERE, 0x1001, 4501), 0))
                    .contains(new Rejection.OtherPort(4501, 4500));
            for (SteeredSa.Offload offload : List.of(SteeredSa.Offload.CRYPTO, SteeredSa.Offload.PACKET)) {
                assertThat(steering.steer(new SteeredSa(HERE, 0x1001, OptionalInt.empty(), offload), 0))
                        .contains(new Rejection.Offloaded(offload));
            }
            assertThat(steering.status().entries()).isEmpty();
        });
    }

    @Test
    void aCpuThatIsOfflineIsRejected() {
        assertThat(CpuQueues.unfit(2, 4, List.of(0, 1, 3))).contains(new Rejection.CpuOffline(2));
        assertThat(CpuQueues.unfit(3, 4, List.of(0, 1, 3))).isEmpty();
        assertThat(CpuQueues.unfit(4, 4, List.of(0, 1, 3))).contains(new Rejection.NoSuchCpu(4, 4));
        assertThat(new Rejection.CpuOffline(2).text()).isEqualTo("CPU 2 is offline");
    }

    @Test
    void aDeviceThatVanishesIsSaidAndComesBack() {
        Workbench.run(settings -> {
            Steering steering = done(new XdpStrategy(settings).attach("kv0"));
            steering.steer(SteeredSa.plain(HERE, 0x1001), 0);
            NetNamespace.ip("link del kv0");
            assertThat(steering.steer(SteeredSa.plain(HERE, 0x1002), 0)).contains(new Rejection.DeviceGone("kv0"));
            assertThat(steering.unsteer(SteeredSa.plain(HERE, 0x1001))).isEmpty();
            assertThat(steering.status().mode()).isEqualTo("gone");
            steering.close();
            assertThat(rejected(new XdpStrategy(settings).attach("kv0"))).isEqualTo(new Rejection.NoSuchDevice("kv0"));

            NetNamespace.ip("link add kv0 type veth peer name kv1");
            Steering again = done(new XdpStrategy(settings).attach("kv0"));
            assertThat(again.steer(SteeredSa.plain(HERE, 0x1002), 0)).isEmpty();
            assertThat(again.status().mode()).isEqualTo("native");
        });
    }

    @Test
    void aDriverWithoutProgramsGetsAGenericOne() {
        Workbench.run(settings -> {
            NetNamespace.ip("link add br.100 type bridge");
            Steering steering = done(new XdpStrategy(settings).attach("br.100"));
            assertThat(steering.status().mode()).isEqualTo("generic");
            assertThat(settings.home("esp", "br.100").resolve("link")).as("a dot in the name").exists();
            steering.close();
            assertThat(new XdpStrategy(settings).left()).containsExactly("br.100");
            done(new XdpStrategy(settings).attach("br.100")).detach();
            assertThat(hook("br.100")).isEmpty();
        });
    }

    @Test
    void withoutABpfFileSystemNothingIsPinned() throws Exception {
        Path elsewhere = Files.createTempDirectory("keylane-pins");
        Workbench.run(settings -> {
            Rejection rejection = rejected(new XdpStrategy(settings.withDirectory(elsewhere)).attach("kv0"));
            assertThat(rejection.text()).startsWith("nothing can be pinned in " + elsewhere + "/esp/kv0: it is on ")
                    .endsWith(", not on a BPF file system");
            assertThat(hook("kv0")).isEmpty();
        });
        Files.delete(elsewhere);
    }

    @Test
    void planSaysWhatWouldBeChosenAndWhy() {
        Workbench.run(settings -> {
            SteeringPlan plan = SteeringPlan.of("kv0", List.of(new XdpStrategy(settings)), strategy -> true);
            assertThat(plan.chosen()).contains(Strategy.XDP);
            assertThat(plan.text()).isEqualTo("kv0: xdp (chosen): the kernel takes the program; native when the driver"
                    + " does, generic otherwise\n");
            done(new XdpStrategy(settings).attach("kv0")).close();
            assertThat(SteeringPlan.of("kv0", List.of(new XdpStrategy(settings)), strategy -> true).text())
                    .contains("it runs program ").contains("keylane_esp");
            SteeringPlan none = SteeringPlan.of("kv9", List.of(new XdpStrategy(settings)), strategy -> true);
            assertThat(none.chosen()).isEmpty();
            assertThat(none.text()).isEqualTo("kv9: xdp (no): there is no device kv9\n");
        });
    }

    private static Optional<XdpHook> hook(String device) {
        return XdpHook.on(Interfaces.index(device).orElseThrow());
    }
}
