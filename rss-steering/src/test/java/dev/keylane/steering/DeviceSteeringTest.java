package dev.keylane.steering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeviceSteeringTest {
    private static final IpAddress HERE = IpAddress.of("192.0.2.1");
    private final Strand spi = new Strand(Strategy.SPI, 1);
    private final Strand ntuple = new Strand(Strategy.NTUPLE, 2);
    private final Strand xdp = new Strand(Strategy.XDP, 4);

    /** Steers at most so many SAs, in memory. */
    private static final class Strand implements SteeringStrategy, Steering {
        private final Strategy kind;
        private final int capacity;
        private final Map<Integer, Integer> cpus = new LinkedHashMap<>();
        private final List<String> said = new ArrayList<>();
        private boolean fits = true;
        private boolean attaches = true;
        private boolean left;
        private boolean gone;
        private boolean inPart;

        Strand(Strategy kind, int capacity) {
            this.kind = kind;
            this.capacity = capacity;
        }

        @Override
        public Strategy kind() {
            return kind;
        }

        @Override
        public Fitness examine(String device) {
            return inPart ? Fitness.fitsInPart("UDP") : fits ? Fitness.fits("yes") : Fitness.unfit("no, " + kind);
        }

        @Override
        public Set<String> left() {
            return left ? Set.of("eth0") : Set.of();
        }

        @Override
        public Outcome<Steering> attach(String device) {
            said.add("attach");
            return attaches ? new Outcome.Done<>(this) : new Outcome.Rejected<>(new Rejection.Refused(kind + " refused"));
        }

        @Override
        public Optional<Rejection> steer(SteeredSa sa, int cpu) {
            if (gone) {
                return Optional.of(new Rejection.DeviceGone("eth0"));
            }
            if (inPart && sa.encapPort().isEmpty()) {
                return Optional.of(new Rejection.NotHashed("eth0", "not in UDP"));
            }
            if (cpus.size() == capacity && !cpus.containsKey(sa.spi())) {
                return Optional.of(new Rejection.TableFull("eth0", capacity));
            }
            cpus.put(sa.spi(), cpu);
            return Optional.empty();
        }

        @Override
        public Optional<Rejection> unsteer(SteeredSa sa) {
            cpus.remove(sa.spi());
            return Optional.empty();
        }

        @Override
        public SteeringStatus status() {
            return new SteeringStatus("eth0", kind, "here", capacity, cpus.entrySet().stream().map(each ->
                    new SteeringStatus.Entry(HERE, each.getKey(), each.getValue(), 0)).toList(), Map.of());
        }

        @Override
        public void detach() {
            said.add("detach");
        }

        @Override
        public void close() {
            said.add("close");
        }
    }

    private Outcome<DeviceSteering> attach() {
        return DeviceSteering.attach("eth0", List.of(spi, ntuple, xdp), _ -> true);
    }

    private DeviceSteering attached() {
        return ((Outcome.Done<DeviceSteering>) attach()).value();
    }

    private static SteeredSa sa(int spi) {
        return SteeredSa.plain(HERE, spi);
    }

    @Test
    void whatNobodyWantsAnyMoreIsGivenUpOnceItSteersNothing() {
        DeviceSteering steering = attached();
        steering.steer(sa(1), 7);
        steering.steer(sa(2), 6);
        assertThat(steering.keepOnlyWanted(strategy -> strategy == Strategy.SPI)).as("it steers still").isEmpty();
        steering.unsteer(sa(2));
        assertThat(steering.keepOnlyWanted(_ -> true)).isEmpty();
        assertThat(steering.keepOnlyWanted(strategy -> strategy == Strategy.SPI)).containsExactly(Strategy.NTUPLE);
        assertThat(ntuple.said).containsExactly("attach", "detach");
        assertThat(steering.steer(sa(3), 5).by()).as("until it is wanted again").contains(Strategy.NTUPLE);
        steering.unsteer(sa(1));
        steering.unsteer(sa(3));
        assertThat(steering.keepOnlyWanted(_ -> false)).containsExactly(Strategy.SPI, Strategy.NTUPLE);
        assertThat(steering.isInUse()).isFalse();
    }

    @Test
    void whatFitsInPartIsAttachedBesideOneThatFits() {
        spi.inPart = true;
        DeviceSteering steering = attached();
        assertThat(spi.said).containsExactly("attach");
        assertThat(ntuple.said).containsExactly("attach");
        assertThat(steering.plan().chosen()).contains(Strategy.NTUPLE);
        assertThat(steering.plan().text()).startsWith("eth0: spi (in part): UDP\neth0: ntuple (chosen): yes\n");
        assertThat(steering.steer(sa(1), 7)).as("no wonder").isEqualTo(new Placement(Optional.of(Strategy.NTUPLE), List.of()));
        assertThat(steering.steer(SteeredSa.inUdp(HERE, 2, 4500), 7).by()).contains(Strategy.SPI);
        assertThat(steering.steer(sa(3), 7, strategy -> strategy == Strategy.SPI).reasons()).isEqualTo("spi: not in UDP");
    }

    @Test
    void anSaFallsThroughToTheNextThatTakesIt() {
        DeviceSteering steering = attached();
        assertThat(steering.steer(sa(1), 7)).isEqualTo(new Placement(Optional.of(Strategy.SPI), List.of()));
        assertThat(ntuple.said).as("not needed yet").isEmpty();
        Placement second = steering.steer(sa(2), 6);
        assertThat(second.by()).contains(Strategy.NTUPLE);
        assertThat(second.reasons()).isEqualTo("spi: the table of eth0 is full with 1 SAs");
        assertThat(xdp.said).isEmpty();
        steering.steer(sa(3), 5);
        assertThat(steering.steer(sa(4), 4).by()).contains(Strategy.XDP);
        assertThat(steering.status()).extracting(SteeringStatus::strategy)
                .containsExactly(Strategy.SPI, Strategy.NTUPLE, Strategy.XDP);
        assertThat(spi.cpus).containsExactly(Map.entry(1, 7));
        assertThat(ntuple.cpus).containsOnly(Map.entry(2, 6), Map.entry(3, 5));
        assertThat(xdp.cpus).containsExactly(Map.entry(4, 4));
        assertThat(steering.unsteer(sa(2))).isEmpty();
        assertThat(ntuple.cpus).containsOnlyKeys(3);
    }

    @Test
    void whatNobodyTakesStaysAndSaysWhy() {
        spi.fits = false;
        xdp.attaches = false;
        DeviceSteering steering = attached();
        steering.steer(sa(1), 0);
        steering.steer(sa(2), 0);
        Placement third = steering.steer(sa(3), 0);
        assertThat(third.by()).isEmpty();
        assertThat(third.deviceGone()).isFalse();
        assertThat(third.reasons()).isEqualTo("ntuple: the table of eth0 is full with 2 SAs; xdp: xdp refused");
        steering.steer(sa(4), 0);
        assertThat(xdp.said).as("tried once").containsExactly("attach");
    }

    @Test
    void anSaThatFindsABetterPlaceLeavesTheOther() {
        DeviceSteering steering = attached();
        steering.steer(sa(1), 0);
        steering.steer(sa(2), 0);
        steering.unsteer(sa(1));
        assertThat(steering.steer(sa(2), 3).by()).contains(Strategy.SPI);
        assertThat(ntuple.cpus).isEmpty();
    }

    @Test
    void whatAnEarlierDaemonLeftIsTakenOverAtOnceAndSwept() {
        xdp.left = true;
        xdp.cpus.put(8, 1);
        xdp.cpus.put(9, 1);
        DeviceSteering steering = attached();
        assertThat(xdp.said).containsExactly("attach");
        assertThat(ntuple.said).isEmpty();
        assertThat(steering.keepOnly(entry -> entry.spi() == 8)).isOne();
        assertThat(xdp.cpus).containsOnlyKeys(8);
        assertThat(steering.unsteer(sa(8))).as("not by us, but gone").isEmpty();
        assertThat(xdp.cpus).isEmpty();
    }

    @Test
    void theNextIsAttachedWhenTheFirstRefuses() {
        spi.attaches = false;
        DeviceSteering steering = attached();
        assertThat(steering.steer(sa(1), 0).by()).contains(Strategy.NTUPLE);
        ntuple.attaches = false;
        xdp.attaches = false;
        assertThat(attach()).isEqualTo(new Outcome.Rejected<>(new Rejection.Refused("xdp refused")));
    }

    @Test
    void withoutAnyTheReasonsAreTold() {
        List.of(spi, ntuple, xdp).forEach(each -> each.fits = false);
        assertThat(((Outcome.Rejected<DeviceSteering>) attach()).reason().text())
                .isEqualTo("eth0: spi (no): no, spi; eth0: ntuple (no): no, ntuple; eth0: xdp (no): no, xdp");
        assertThat(((Outcome.Rejected<DeviceSteering>) DeviceSteering.attach("eth0", List.of(xdp), _ -> false)).reason()
                .text()).isEqualTo("no way of steering eth0 is allowed");
    }

    @Test
    void aDeviceThatHasGoneIsSaid() {
        DeviceSteering steering = attached();
        spi.gone = ntuple.gone = xdp.gone = true;
        assertThat(steering.steer(sa(1), 0).deviceGone()).isTrue();
        steering.close();
        assertThat(List.of(spi.said, ntuple.said, xdp.said)).allMatch(said -> said.getLast().equals("close"));
    }
}
