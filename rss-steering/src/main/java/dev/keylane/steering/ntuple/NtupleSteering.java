package dev.keylane.steering.ntuple;

import dev.keylane.ethtool.Answer;
import dev.keylane.ethtool.FlowRule;
import dev.keylane.ethtool.RuleTable;
import dev.keylane.linux.Errno;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeredSa;
import dev.keylane.steering.Steering;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.steering.Strategy;
import dev.keylane.steering.ntuple.RuleNotes.Note;
import dev.keylane.steering.queue.DeviceQueues;
import dev.keylane.steering.queue.Recent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A device with a rule for each SA. */
final class NtupleSteering implements Steering {
    private final RuleTable table;
    private final Recent<DeviceQueues> queues;
    private final RuleNotes notes;
    private final Map<Note, Placed> rules = new LinkedHashMap<>();
    private Optional<Rejection> full = Optional.empty();

    private record Placed(FlowRule rule, int cpu) {
    }

    private NtupleSteering(RuleTable table, Recent<DeviceQueues> queues, RuleNotes notes) {
        this.table = table;
        this.queues = queues;
        this.notes = notes;
    }

    /** Takes over the rules that are noted and still there. */
    static Outcome<Steering> begin(RuleTable table, Recent<DeviceQueues> queues, RuleNotes notes) {
        NtupleSteering steering = new NtupleSteering(table, queues, notes);
        switch (table.like()) {
            case Answer.Refused<List<FlowRule>> refused -> {
                return new Outcome.Rejected<>(refused.noSuchDevice() ? new Rejection.NoSuchDevice(table.device())
                        : new Rejection.Refused(table.device() + ": " + refused.text()));
            }
            case Answer.Is<List<FlowRule>>(List<FlowRule> found) -> {
                DeviceQueues now = queues.get();
                found.stream().filter(rule -> notes.has(note(rule))).forEach(rule -> steering.rules.put(note(rule),
                        new Placed(rule, now.cpus().getOrDefault((int) rule.queue(), -1))));
                notes.keep(steering.rules.keySet());
            }
        }
        return new Outcome.Done<>(steering);
    }

    private static Note note(FlowRule rule) {
        return new Note(rule.destination(), rule.spi());
    }

    private static Note note(SteeredSa sa) {
        return new Note(sa.localAddress(), sa.spi());
    }

    @Override
    public Optional<Rejection> steer(SteeredSa sa, int cpu) {
        return unfit(sa).or(() -> {
            DeviceQueues now = queues.get();
            List<Integer> of = now.of(cpu);
            if (now.trouble().isPresent() || of.isEmpty()) {
                return Optional.of(now.trouble().<Rejection>map(why -> new Rejection.Refused(why))
                        .orElseGet(() -> new Rejection.NoQueueOfCpu(table.device(), cpu)));
            }
            return place(note(sa), of.get(Math.floorMod(sa.spi(), of.size())), cpu);
        });
    }

    private Optional<Rejection> unfit(SteeredSa sa) {
        return sa.offload() != SteeredSa.Offload.NONE ? Optional.of(new Rejection.Offloaded(sa.offload()))
                : sa.spi() >= 0 && sa.spi() < 256 ? Optional.of(new Rejection.ReservedSpi(sa.spi()))
                : sa.encapPort().isPresent()
                ? Optional.of(new Rejection.Refused("rules for ESP do not see it within UDP")) : Optional.empty();
    }

    private Optional<Rejection> place(Note note, int queue, int cpu) {
        Placed before = rules.get(note);
        if (before != null) {
            if (before.rule().queue() == queue) {
                rules.put(note, new Placed(before.rule(), cpu));
                return Optional.empty();
            }
            // Two rules for the same packets are refused by some drivers.
            Optional<Rejection> kept = remove(note);
            if (kept.isPresent()) {
                return kept;
            }
        }
        Optional<String> unwritten = notes.add(note);
        if (unwritten.isPresent()) {
            notes.remove(note);
            return Optional.of(new Rejection.Refused("a rule could not be noted, and would be left behind: " + unwritten.get()));
        }
        return insert(note, queue, cpu);
    }

    private Optional<Rejection> insert(Note note, int queue, int cpu) {
        FlowRule rule = new FlowRule(note.destination(), note.spi(), queue, FlowRule.ANYWHERE);
        return switch (table.insert(rule)) {
            case Answer.Is<FlowRule>(FlowRule placed) -> {
                rules.put(note, new Placed(placed, cpu));
                yield Optional.empty();
            }
            case Answer.Refused<FlowRule> refused -> {
                notes.remove(note);
                Rejection rejection = rejection(refused.errno(), refused.text());
                if (rejection instanceof Rejection.TableFull) {
                    full = Optional.of(rejection);
                }
                yield Optional.of(rejection);
            }
        };
    }

    private Rejection rejection(int errno, String text) {
        return switch (errno) {
            case Errno.ENODEV -> new Rejection.DeviceGone(table.device());
            case Errno.ENOSPC, Errno.E2BIG -> new Rejection.TableFull(table.device(), rules.size());
            default -> new Rejection.Refused(table.device() + ": " + text);
        };
    }

    @Override
    public Optional<Rejection> unsteer(SteeredSa sa) {
        return rules.containsKey(note(sa)) ? remove(note(sa)) : Optional.empty();
    }

    private Optional<Rejection> remove(Note note) {
        Placed placed = rules.get(note);
        if (placed == null) {
            return Optional.empty();
        }
        // Ours may be gone, with the device or by somebody's hand, and another's rule be in its place.
        Optional<Rejection> refused = table.at(placed.rule().location()).or(_ -> Optional.empty()).map(NtupleSteering::note)
                .filter(note::equals).flatMap(_ -> delete(placed.rule().location()));
        if (refused.isEmpty()) {
            rules.remove(note);
            notes.remove(note);
            full = Optional.empty();
        }
        return refused;
    }

    private Optional<Rejection> delete(int location) {
        return switch (table.delete(location)) {
            case Answer.Is<Integer> _ -> Optional.empty();
            case Answer.Refused<Integer> refused -> Optional.of(rejection(refused.errno(), refused.text()));
        };
    }

    @Override
    public SteeringStatus status() {
        return new SteeringStatus(table.device(), Strategy.NTUPLE, mode(), capacity(), rules.entrySet().stream()
                .map(each -> new SteeringStatus.Entry(each.getKey().destination(), each.getKey().spi(),
                        each.getValue().cpu(), OptionalLong.empty()))
                .sorted(Comparator.comparingInt(SteeringStatus.Entry::cpu).thenComparingInt(SteeringStatus.Entry::spi))
                .toList(), Map.of(), alerts());
    }

    private List<String> alerts() {
        Map<Integer, Integer> cpus = queues.get().cpus();
        long moved = rules.values().stream()
                .filter(each -> cpus.getOrDefault((int) each.rule().queue(), -1) != each.cpu()).count();
        List<String> alerts = new ArrayList<>(full.map(Rejection::text).stream().toList());
        if (moved > 0) {
            alerts.add(moved + " of " + rules.size() + " SAs arrive on another CPU since interrupts of " + table.device()
                    + " were moved, until they are rekeyed");
        }
        return alerts;
    }

    private String mode() {
        return table.extent().map(extent -> "rules in the device, " + extent.rules() + " in all")
                .or(refused -> refused.noSuchDevice() ? "gone" : refused.text());
    }

    @Override
    public int capacity() {
        int size = table.extent().map(RuleTable.Extent::size).or(_ -> 0);
        return size > 0 ? size : SteeringStatus.NO_LIMIT;
    }

    @Override
    public void detach() {
        List.copyOf(rules.keySet()).forEach(this::remove);
    }

    @Override
    public void close() {
        rules.clear();
    }
}
