package dev.keylane.daemon.steering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.config.AddressResolver;
import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.config.SettingsReader;
import dev.keylane.daemon.control.SteeringSnapshot;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.child.UdpSources;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.EspSuite;
import dev.keylane.ike.sa.Effect;
import dev.keylane.linux.LinuxException;
import dev.keylane.steering.NumberChoice;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.contract.SaSample;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class SaSteeringTest {
    private static final IpAddress HERE = SteeringRig.HERE;

    @Test
    void autoTakesTheBestAndFallsThroughForAnSaThatItRefuses() {
        SteeringRig rig = new SteeringRig(Steering.AUTO);
        rig.spi.answer = Optional.of(new Rejection.HashedElsewhere("eth0", 1, 1));
        rig.ntuple.answer = Optional.of(new Rejection.TableFull("eth0", 4));
        rig.install(SteeringRig.in(0x1001, 3));
        assertThat(rig.drain()).containsExactly("attach eth0 spi", "steer eth0 1001 3", "attach eth0 ntuple",
                "steer eth0 1001 3", "attach eth0 xdp", "steer eth0 1001 3", "NewSa");
        SteeringSnapshot.Device device = rig.steering.snapshot().devices().getFirst();
        assertThat(device.sas()).singleElement().satisfies(sa -> {
            assertThat(sa.strategy()).isEqualTo("xdp");
            assertThat(sa.reasons()).contains("spi: ", "ntuple: the table of eth0 is full");
        });
        rig.remove(SteeringRig.in(0x1001, 3));
        assertThat(rig.drain()).containsExactly("DelSa", "unsteer eth0 1001");
    }

    @Test
    void aConnectionsWordIsHeardFirst() {
        SteeringRig rig = new SteeringRig(Steering.NTUPLE);
        install(rig, 0x1001, "steering = xdp");
        install(rig, 0x1002, "steering = none");
        install(rig, 0x1003, "");
        assertThat(rig.drain()).containsExactly("attach eth0 xdp", "steer eth0 1001 3", "NewSa", "NewSa",
                "attach eth0 ntuple", "steer eth0 1003 3", "NewSa");
    }

    @Test
    void aDeviceThatIsToBeLeftAloneIsNotTouched() {
        SteeringRig rig = new SteeringRig(Steering.XDP, Map.of("eth0", Steering.NONE));
        install(rig, 0x1001, "steering = xdp");
        assertThat(rig.drain()).containsExactly("NewSa");
        assertThat(rig.steering.snapshot()).isEqualTo(SteeringSnapshot.NONE);
    }

    @Test
    void aDeviceIsReadyBeforeItsFirstSa() {
        SteeringRig rig = new SteeringRig(Steering.NONE);
        rig.steering.look(book("steering = xdp"), List.of(HERE));
        assertThat(rig.drain()).containsExactly("attach eth0 xdp");
        rig.steering.look(book("steering = xdp"), List.of(HERE));
        install(rig, 0x1001, "steering = xdp");
        assertThat(rig.drain()).containsExactly("steer eth0 1001 3", "NewSa");
    }

    @Test
    void aConnectionWithoutPerCpuSasNeedsNoDevice() {
        SteeringRig rig = new SteeringRig(Steering.XDP);
        rig.steering.look(book("", "no"), List.of(HERE));
        assertThat(rig.drain()).isEmpty();
    }

    @Test
    void aDeviceThatComesBackGetsItsEntriesAgain() {
        SteeringRig rig = new SteeringRig(Steering.XDP);
        rig.install(SteeringRig.in(0x1001, 3));
        rig.drain();
        rig.network.devices.remove("eth0");
        rig.steering.look(PolicyBook.EMPTY, List.of());
        assertThat(rig.drain()).containsExactly("detach eth0");
        rig.network.devices.put("eth0", 9);
        rig.steering.look(PolicyBook.EMPTY, List.of());
        assertThat(rig.drain()).containsExactly("attach eth0 xdp", "steer eth0 1001 3");
    }

    @Test
    void aDeviceThatIsAnotherOneNowIsAttachedAnew() {
        SteeringRig rig = new SteeringRig(Steering.XDP);
        rig.install(SteeringRig.in(0x1001, 3));
        rig.drain();
        rig.network.devices.put("eth0", 9);
        rig.steering.look(PolicyBook.EMPTY, List.of());
        assertThat(rig.drain()).containsExactly("detach eth0", "attach eth0 xdp", "steer eth0 1001 3");
    }

    @Test
    void allEntriesOfADeviceThatWasReplacedUnnoticedAreMadeAgain() {
        SteeringRig rig = new SteeringRig(Steering.XDP);
        rig.install(SteeringRig.in(0x1001, 3));
        rig.install(SteeringRig.in(0x1002, 2));
        rig.drain();
        rig.xdp.gone = 1;
        rig.install(SteeringRig.in(0x1003, 1));
        assertThat(rig.drain()).containsExactly("steer eth0 1003 1", "detach eth0", "attach eth0 xdp",
                "steer eth0 1003 1", "steer eth0 1001 3", "steer eth0 1002 2", "NewSa");
    }

    @Test
    void anSaIsSteeredBeforeThePeerHearsOfIt() {
        SteeringRig rig = new SteeringRig(Steering.XDP);
        rig.steering.on(new Effect.ChildOffered(0x1001, use("", Resource.cpu(3), false), UdpSources.ANY));
        assertThat(rig.drain()).containsExactly("attach eth0 xdp", "steer eth0 1001 3");
        install(rig, 0x1001, "");
        rig.steering.on(new Effect.OfferWithdrawn(0x9999));
        assertThat(rig.drain()).containsExactly("steer eth0 1001 3", "NewSa");
        rig.remove(SteeringRig.in(0x1001, 3));
        assertThat(rig.drain()).containsExactly("DelSa", "unsteer eth0 1001");
    }

    @Test
    void anOfferThatComesToNothingLeavesNoEntry() {
        SteeringRig rig = new SteeringRig(Steering.XDP);
        rig.steering.on(new Effect.ChildOffered(0x1001, use("", Resource.FALLBACK, false), UdpSources.ANY));
        rig.steering.on(new Effect.ChildOffered(0x1002, use("", Resource.cpu(3), false), UdpSources.ANY));
        rig.steering.on(new Effect.OfferWithdrawn(0x1002));
        assertThat(rig.drain()).containsExactly("attach eth0 xdp", "steer eth0 1002 3", "unsteer eth0 1002");
        rig.steering.on(new Effect.ChildOffered(0x1003, use("", Resource.cpu(3), false), UdpSources.ANY));
        rig.steering.on(installed(0x1003, ""));
        rig.steering.on(new Effect.OfferWithdrawn(0x9999));
        rig.steering.on(new Effect.SendKeepalive(PATH.local(), PATH.remote()));
        assertThat(rig.drain()).as("refused before the kernel heard of it").containsExactly("steer eth0 1003 3",
                "unsteer eth0 1003");
    }

    @Test
    void whatLinuxRefusesCostsAnSaItsPlaceOnly() {
        SteeringRig rig = new SteeringRig(Steering.XDP);
        rig.network.failure = Optional.of(new LinuxException("socket", 24, ""));
        rig.install(SteeringRig.in(0x1001, 3));
        assertThat(rig.steering.choose(use("", Resource.cpu(2), false), counting())).isEqualTo(0xc0000001);
        rig.steering.look(book("steering = xdp"), List.of(HERE));
        rig.remove(SteeringRig.in(0x1001, 3));
        assertThat(rig.drain()).containsExactly("NewSa", "DelSa");
    }

    @Test
    void anAddressThatMovesTakesItsEntriesAlong() {
        SteeringRig rig = new SteeringRig(Steering.XDP);
        rig.install(SteeringRig.in(0x1001, 3));
        rig.drain();
        rig.network.devices.put("eth1", 3);
        rig.network.addresses.put(HERE, "eth1");
        rig.steering.look(PolicyBook.EMPTY, List.of());
        assertThat(rig.drain()).containsExactly("attach eth1 xdp", "steer eth1 1001 3", "unsteer eth0 1001");
        rig.remove(SteeringRig.in(0x1001, 3));
        assertThat(rig.drain()).containsExactly("DelSa", "unsteer eth1 1001");
    }

    @Test
    void aDeviceThatRefusedIsAskedAgainNowAndThen() {
        SteeringRig rig = new SteeringRig(Steering.XDP);
        rig.xdp.refusesDevices = Optional.of(new Rejection.HookTaken("eth0", "program 7"));
        rig.steering.look(book(""), List.of(HERE));
        rig.steering.look(book(""), List.of(HERE));
        rig.install(SteeringRig.in(0x1001, 3));
        assertThat(rig.drain()).containsExactly("attach eth0 xdp", "NewSa");
        rig.xdp.refusesDevices = Optional.empty();
        for (int look = 0; look < 30; look++) {
            rig.steering.look(book(""), List.of(HERE));
        }
        assertThat(rig.drain()).containsExactly("attach eth0 xdp", "steer eth0 1001 3");
    }

    @Test
    void theSpiOfACpusSaIsChosenByTheDevice() {
        SteeringRig rig = new SteeringRig(Steering.AUTO);
        rig.spi.numbers = Optional.of(new Sevens());
        assertThat(rig.steering.choose(use("", Resource.cpu(2), false), counting())).isEqualTo(0xc0000007);
        // Any will do for the fallback, where UDP hides the SPI, where the device decrypts, and where it is not wanted.
        assertThat(rig.steering.choose(use("", Resource.FALLBACK, false), counting())).isEqualTo(0xc0000001);
        assertThat(rig.steering.choose(use("", Resource.cpu(2), true), counting())).isEqualTo(0xc0000001);
        assertThat(rig.steering.choose(use("steering = xdp", Resource.cpu(2), false), counting())).isEqualTo(0xc0000001);
        assertThat(rig.steering.choose(use("steering = none", Resource.cpu(2), false), counting())).isEqualTo(0xc0000001);
        // There is no queue for it.
        assertThat(rig.steering.choose(use("", Resource.cpu(9), false), counting())).isEqualTo(0xc0000001);
    }

    @Test
    void aProgramThatNobodyWantsAnyMoreGoesWithTheLastSa() {
        SteeringRig rig = new SteeringRig(Steering.NONE);
        rig.steering.look(book("steering = xdp"), List.of(HERE));
        install(rig, 0x1001, "steering = xdp");
        rig.drain();
        aMinute(rig, book("steering = none"));
        assertThat(rig.drain()).as("it steers an SA").isEmpty();
        rig.remove(SteeringRig.in(0x1001, 3));
        rig.drain();
        aMinute(rig, book("steering = none"));
        assertThat(rig.drain()).containsExactly("detach eth0");
        assertThat(rig.steering.snapshot()).isEqualTo(SteeringSnapshot.NONE);
        rig.steering.look(book("steering = xdp"), List.of(HERE));
        assertThat(rig.drain()).containsExactly("attach eth0 xdp");
        assertThat(rig.steering.snapshot().devices().getFirst().steering()).isEqualTo("xdp");
        rig.steering.look(book("steering = ntuple"), List.of(HERE));
        assertThat(rig.drain()).as("at once where there are no SAs").containsExactly("attach eth0 ntuple", "detach eth0");
        rig.steering.look(book("steering = none"), List.of(HERE));
        assertThat(rig.drain()).containsExactly("detach eth0");
    }

    @Test
    void whatAnEarlierDaemonLeftGoesWhenNobodyWantsIt() {
        SteeringRig rig = new SteeringRig(Steering.NONE);
        rig.xdp.left.put("eth0", List.of(new SteeringStatus.Entry(HERE, 0x1001, 3, 7)));
        rig.xdp.left.put("eth7", List.of());
        aMinute(rig, PolicyBook.EMPTY);
        assertThat(rig.drain()).as("of eth7 nothing is there").containsExactly("attach eth0 xdp", "unsteer eth0 1001",
                "detach eth0");
    }

    private static void aMinute(SteeringRig rig, PolicyBook book) {
        for (int look = 0; look < 30; look++) {
            rig.steering.look(book, List.of(HERE));
        }
    }

    @Test
    void anSaBeyondTheTablesEndIsInstalledAllTheSame() {
        SteeringRig rig = new SteeringRig(Steering.XDP);
        rig.install(SteeringRig.in(0x1001, 3));
        rig.drain();
        rig.xdp.answer = Optional.of(new Rejection.TableFull("eth0", 1));
        rig.install(SteeringRig.in(0x1002, 2));
        assertThat(rig.drain()).containsExactly("steer eth0 1002 2", "NewSa");
        assertThat(rig.steering.counts()).singleElement().satisfies(count -> {
            assertThat(count.entries()).isEqualTo(1);
            assertThat(count.unsteered()).isEqualTo(1);
            assertThat(count.capacity()).hasValue(8);
        });
        assertThat(rig.steering.snapshot().devices().getFirst().sas().getLast().reasons())
                .isEqualTo("xdp: the table of eth0 is full with 1 SAs");
    }

    @Test
    void whatIsSteeredIsCounted() {
        SteeringRig rig = new SteeringRig(Steering.XDP);
        rig.install(SteeringRig.in(0x1001, 3));
        rig.xdp.answer = Optional.of(new Rejection.CpuOffline(5));
        rig.install(SteeringRig.in(0x1002, 5));
        assertThat(rig.steering.counts()).singleElement().satisfies(count -> {
            assertThat(count.entries()).isEqualTo(1);
            assertThat(count.unsteered()).isEqualTo(1);
            assertThat(count.packets()).containsEntry("redirected", 5L).containsEntry("no-entry", 2L);
        });
        SteeringSnapshot.Way xdp = rig.steering.snapshot().devices().getFirst().ways().getLast();
        assertThat(xdp.inUse().orElseThrow().hits()).isEqualTo(6);
        assertThat(xdp.inUse().orElseThrow().misses()).isEqualTo(2);
    }

    @Test
    void aPortThatThePeerHasAgreedToIsWhereItsPacketsComeFrom() {
        SteeringRig rig = new SteeringRig(Steering.SPI);
        rig.spi.numbers = Optional.of(new Sevens());
        SpiChoice.Use use = new SpiChoice.Use(config("", "encap"), NAT_PATH, Resource.cpu(3), true);
        assertThat(rig.steering.choose(use, counting())).as("the SPI is nothing to the device").isEqualTo(0xc0000001);
        int port = rig.steering.sourcePort(use, counting());
        assertThat(port).isEqualTo(49_155);
        rig.steering.on(new Effect.ChildOffered(0x1001, use, port));
        assertThat(rig.drain()).containsExactly("attach eth0 spi", "steer eth0 1001 from port 49155 3");
        SaSpec inUdp = SaSample.in(HERE, SteeringRig.PEER, 0x1001).cpu(3).encap(0, 4500).spec();
        ChildSa child = child(0x1001, "", true);
        rig.steering.on(new Effect.InstallChild(child, null, false));
        rig.install(inUdp);
        assertThat(rig.drain()).as("the peer does not follow").containsExactly("steer eth0 1001 3", "NewSa");
        rig.steering.on(new Effect.InstallChild(new ChildSa(1, 1, "c", child.config(),
                child.terms().from(new UdpSources(true, 0, port)), NAT_PATH, Resource.cpu(3), 0), null, false));
        rig.install(inUdp);
        assertThat(rig.drain()).as("it follows").containsExactly("steer eth0 1001 from port 49155 3", "NewSa");
    }

    @Test
    void withoutAHashOverPortsThereIsNoWish() {
        SteeringRig rig = new SteeringRig(Steering.SPI);
        assertThat(rig.steering.sourcePort(use("", Resource.cpu(3), true), counting())).isEqualTo(UdpSources.ANY);
        rig.spi.numbers = Optional.of(new Sevens());
        assertThat(rig.steering.sourcePort(use("", Resource.cpu(3), true), counting())).as("none fits").isEqualTo(UdpSources.ANY);
        assertThat(rig.steering.sourcePort(use("steering = xdp", Resource.cpu(3), true), counting())).isEqualTo(UdpSources.ANY);
    }

    /** The seventh number that is drawn, for CPUs there are. */
    private static final class Sevens implements NumberChoice {
        @Override
        public Outcome<Integer> spi(IpAddress peer, IpAddress local, int cpu, IntSupplier random) {
            if (cpu > 3) {
                return new Outcome.Rejected<>(new Rejection.NoQueueOfCpu("eth0", cpu));
            }
            int spi;
            do {
                spi = random.getAsInt();
            } while ((spi & 0xf) != 7);
            return new Outcome.Done<>(spi);
        }

        @Override
        public Outcome<Integer> laneSpi(IpAddress peer, IpAddress local, int lane, IntSupplier random) {
            return spi(peer, local, lane, random);
        }

        @Override
        public Outcome<Integer> sourcePort(IpAddress peer, IpEndpoint local, int cpu, IntSupplier random) {
            return local.port() == 4500 ? new Outcome.Done<>(0xc000 + cpu)
                    : new Outcome.Rejected<>(new Rejection.NoneDrawn("eth0", 1));
        }
    }

    private static IntSupplier counting() {
        int[] drawn = {0xc0000000};
        return () -> ++drawn[0];
    }

    private static SpiChoice.Use use(String line, Resource resource, boolean udpEncap) {
        return new SpiChoice.Use(config(line), PATH, resource, udpEncap);
    }

    private static void install(SteeringRig rig, int spi, String line) {
        rig.steering.on(installed(spi, line));
        rig.install(SteeringRig.in(spi, 3));
    }

    private static Effect installed(int spi, String line) {
        return new Effect.InstallChild(child(spi, line, false), null, false);
    }

    private static ChildSa child(int spi, String line, boolean udpEncap) {
        ChildTerms terms = new ChildTerms(spi, 0x2001, new EspSuite(EncryptionAlgorithm.AES_GCM_16, 128, null, null, false),
                ChildConfig.Mode.TUNNEL, new Selectors(List.of(), List.of()), udpEncap);
        return new ChildSa(1, 1, "c", config(line), terms, PATH, Resource.cpu(3), 0);
    }

    private static ChildConfig config(String line) {
        return config(line, "yes");
    }

    private static ChildConfig config(String line, String perCpu) {
        return book(line, perCpu).connections().getFirst().children().getFirst();
    }

    private static PolicyBook book(String line) {
        return book(line, "yes");
    }

    private static PolicyBook book(String line, String perCpu) {
        Loaded loaded = Configuration.of(SettingsReader.parse("""
                connections { c {
                  local_addrs = %s
                  remote_addrs = %s
                  local { auth = psk }
                  remote { auth = psk }
                  %s
                  children { net {
                    per_cpu_sas = %s
                    start_action = trap
                  } }
                } }
                """.formatted(HERE, SteeringRig.PEER, line, perCpu), java.nio.file.Path.of("t.conf")),
                AddressResolver.system());
        assertThat(loaded.mistakes()).isEmpty();
        return loaded.book();
    }

    private static final Path NAT_PATH = new Path(new IpEndpoint(HERE, 4500), new IpEndpoint(SteeringRig.PEER, 4500));
    private static final Path PATH = new Path(new IpEndpoint(HERE, 500), new IpEndpoint(SteeringRig.PEER, 500));
}
