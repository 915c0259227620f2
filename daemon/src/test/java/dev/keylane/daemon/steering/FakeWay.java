package dev.keylane.daemon.steering;

import dev.keylane.steering.NumberChoice;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeredSa;
import dev.keylane.steering.Steering;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.steering.SteeringStrategy;
import dev.keylane.steering.Strategy;
import dev.keylane.steering.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A way of steering that does nothing but tell what it was asked. */
final class FakeWay implements SteeringStrategy {
    private final Strategy kind;
    private final List<String> calls;
    /** What an earlier daemon left, by device. */
    final Map<String, List<SteeringStatus.Entry>> left = new HashMap<>();
    Optional<Rejection> answer = Optional.empty();
    /** How often an SA is refused because the device has gone. */
    int gone;
    Optional<Rejection> refusesDevices = Optional.empty();
    Optional<NumberChoice> numbers = Optional.empty();

    FakeWay(Strategy kind, List<String> calls) {
        this.kind = kind;
        this.calls = calls;
    }

    @Override
    public Strategy kind() {
        return kind;
    }

    @Override
    public Fitness examine(String device) {
        return Fitness.fits("it is a test");
    }

    @Override
    public Set<String> left() {
        return left.keySet();
    }

    @Override
    public Outcome<Steering> attach(String device) {
        calls.add("attach " + device + " " + kind);
        return refusesDevices.<Outcome<Steering>>map(Outcome.Rejected::new)
                .orElseGet(() -> new Outcome.Done<>(new OneDevice(device)));
    }

    private final class OneDevice implements Steering {
        private final String device;
        private final List<SteeringStatus.Entry> entries;

        OneDevice(String device) {
            this.device = device;
            this.entries = new ArrayList<>(left.getOrDefault(device, List.of()));
        }

        @Override
        public Optional<Rejection> steer(SteeredSa sa, int cpu) {
            calls.add("steer " + device + " " + name(sa) + " " + cpu);
            if (gone > 0) {
                gone--;
                return Optional.of(new Rejection.DeviceGone(device));
            }
            if (answer.isEmpty()) {
                entries.removeIf(entry -> entry.spi() == sa.spi());
                entries.add(new SteeringStatus.Entry(sa.localAddress(), sa.spi(), cpu, 7));
            }
            return answer;
        }

        @Override
        public Optional<Rejection> unsteer(SteeredSa sa) {
            calls.add("unsteer " + device + " " + name(sa));
            entries.removeIf(entry -> entry.spi() == sa.spi());
            return Optional.empty();
        }

        private static String name(SteeredSa sa) {
            return Integer.toHexString(sa.spi()) + (sa.offload() == SteeredSa.Offload.NONE ? "" : " " + sa.offload())
                    + sa.peer().filter(peer -> peer.port() != 0).map(peer -> " from port " + peer.port()).orElse("");
        }

        @Override
        public SteeringStatus status() {
            return new SteeringStatus(device, kind, "native", 8, entries, verdicts());
        }

        @Override
        public int capacity() {
            return 8;
        }

        @Override
        public Map<Verdict, Long> verdicts() {
            return Map.of(Verdict.REDIRECTED, 5L, Verdict.ALREADY_HERE, 1L, Verdict.NO_ENTRY, 2L);
        }

        @Override
        public Optional<NumberChoice> numbers() {
            return numbers;
        }

        @Override
        public void detach() {
            calls.add("detach " + device);
        }

        @Override
        public void close() {
            calls.add("close " + device);
        }
    }
}
