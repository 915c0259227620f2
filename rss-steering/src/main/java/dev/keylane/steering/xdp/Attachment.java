package dev.keylane.steering.xdp;

import dev.keylane.bpf.BpfFs;
import dev.keylane.bpf.BpfMap;
import dev.keylane.bpf.MapShape;
import dev.keylane.bpf.XdpHook;
import dev.keylane.bpf.XdpLink;
import dev.keylane.bpf.code.BpfCode;
import dev.keylane.linux.Interfaces;
import dev.keylane.linux.LinuxException;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/** A program of ours on a device, with its maps, all pinned. */
final class Attachment implements AutoCloseable {
    private final String device;
    private final Path home;
    private final PinnedMaps maps;
    private final XdpLink link;

    private Attachment(String device, Path home, PinnedMaps maps, XdpLink link) {
        this.device = device;
        this.home = home;
        this.maps = maps;
        this.link = link;
    }

    /**
     * @param code is asked once the maps are there, and may read and fill them
     * @param made what to answer with
     */
    static <T> Outcome<T> make(String device, Path home, Map<String, MapShape> shapes,
                               Function<PinnedMaps, BpfCode> code, Function<Attachment, T> made) {
        OptionalInt index = Interfaces.index(device);
        if (index.isEmpty()) {
            return new Outcome.Rejected<>(new Rejection.NoSuchDevice(device));
        }
        var missing = BpfFs.missing(home);
        if (missing.isPresent()) {
            return new Outcome.Rejected<>(new Rejection.NoBpfFileSystem(home, missing.get()));
        }
        try {
            return new Outcome.Done<>(made.apply(make(device, index.getAsInt(), home, shapes, code)));
        } catch (RejectedException rejected) {
            return new Outcome.Rejected<>(rejected.rejection());
        } catch (LinuxException | UncheckedIOException failed) {
            return new Outcome.Rejected<>(new Rejection.Refused(device + ": " + failed.getMessage()));
        }
    }

    private static Attachment make(String device, int index, Path home, Map<String, MapShape> shapes,
                                   Function<PinnedMaps, BpfCode> code) {
        PinnedMaps maps = new PinnedMaps(home, shapes);
        try {
            return new Attachment(device, home, maps,
                    new Hook(device, index, home.resolve(LINK)).hold(code.apply(maps), maps::get));
        } catch (RuntimeException failed) {
            maps.close();
            if (!maps.takenOver()) {
                PinnedMaps.remove(home);
            }
            throw failed;
        }
    }

    String device() {
        return device;
    }

    BpfMap map(String name) {
        return maps.get(name);
    }

    /** Whether the device is still there, with the program. */
    boolean holds() {
        return link.deviceIndex() != 0;
    }

    /** {@code native}, {@code generic}, or {@code gone}. */
    String mode() {
        int index = link.deviceIndex();
        return index == 0 ? "gone" : XdpHook.on(index).map(hook -> hook.mode().toString()).orElse("gone");
    }

    void detach() {
        if (holds()) {
            link.detach();
        }
        PinnedMaps.remove(home);
        close();
    }

    @Override
    public void close() {
        link.close();
        maps.close();
    }

    static final String LINK = "link";
}
