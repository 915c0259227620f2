package dev.keylane.steering.program;

import dev.keylane.bpf.BpfMap;
import dev.keylane.bpf.BpfProgram;
import dev.keylane.bpf.MapShape;
import dev.keylane.bpf.code.BpfCode;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.LinuxException;
import dev.keylane.steering.Verdict;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** A program with maps of its own that nobody else sees, and on no device. */
final class LoadedMaps implements AutoCloseable {
    private static final List<Integer> CPUS = Cpus.possible();
    static final int POSSIBLE = CPUS.getLast() + 1;

    private final Map<String, BpfMap> maps = new HashMap<>();
    private final BpfProgram program;

    LoadedMaps(BpfCode code, Map<String, MapShape> shapes) {
        try {
            shapes.forEach((name, shape) -> maps.put(name, BpfMap.create(name, shape)));
            program = BpfProgram.load(code, BpfProgram.Place.DEVICE, false, maps::get);
        } catch (LinuxException refused) {
            maps.values().forEach(BpfMap::close);
            throw refused;
        }
    }

    static LoadedMaps spi(int capacity) {
        Map<String, MapShape> shapes = new LinkedHashMap<>();
        shapes.put(ProgramMaps.SAS, ProgramMaps.sas(capacity));
        shapes.put(ProgramMaps.CPUS, ProgramMaps.cpus(POSSIBLE));
        shapes.put(ProgramMaps.VERDICTS, ProgramMaps.verdicts());
        return new LoadedMaps(SpiProgram.code(4500), shapes);
    }

    static LoadedMaps flows(int seed) {
        Map<String, MapShape> shapes = new LinkedHashMap<>();
        shapes.put(ProgramMaps.FLOWS, ProgramMaps.flows());
        shapes.put(ProgramMaps.CPUS, ProgramMaps.cpus(POSSIBLE));
        shapes.put(ProgramMaps.VERDICTS, ProgramMaps.verdicts());
        return new LoadedMaps(FlowProgram.code(seed), shapes);
    }

    /** Why none can be loaded here; empty when one can. */
    static Optional<String> unavailable() {
        try (LoadedMaps _ = spi(1)) {
            return Optional.empty();
        } catch (LinuxException refused) {
            return Optional.of(refused.getMessage());
        }
    }

    static String with(LoadedMaps loaded, Function<LoadedMaps, String> work) {
        try (loaded) {
            return work.apply(loaded);
        }
    }

    BpfProgram program() {
        return program;
    }

    BpfMap map(String name) {
        return maps.get(name);
    }

    void queue(int cpu, int size) {
        byte[] value = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(size).array();
        LinuxException.check("queue of CPU " + cpu, map(ProgramMaps.CPUS).put(number(cpu), value));
    }

    void removeQueue(int cpu) {
        LinuxException.check("queue of CPU " + cpu, map(ProgramMaps.CPUS).remove(number(cpu)));
    }

    /** How often each verdict was counted on one CPU. */
    long[] verdictsOn(int cpu) {
        return Stream.of(Verdict.values()).mapToLong(verdict -> verdictOn(cpu, verdict)).toArray();
    }

    long verdictOn(int cpu, Verdict verdict) {
        byte[] values = map(ProgramMaps.VERDICTS).get(number(verdict.ordinal()), CPUS.size());
        return ByteBuffer.wrap(values).order(ByteOrder.nativeOrder()).getLong(CPUS.indexOf(cpu) * 8);
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
    }

    @Override
    public void close() {
        program.close();
        maps.values().forEach(BpfMap::close);
    }
}
