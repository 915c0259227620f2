package dev.keylane.steering.xdp;

import dev.keylane.bpf.BpfMap;
import dev.keylane.bpf.BpfProgram;
import dev.keylane.bpf.XdpHook;
import dev.keylane.bpf.XdpLink;
import dev.keylane.bpf.XdpMode;
import dev.keylane.bpf.code.BpfCode;
import dev.keylane.linux.Errno;
import dev.keylane.linux.LinuxException;
import dev.keylane.steering.Rejection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts a program on a device's hook, or exchanges the one that our own pinned link holds there.
 *
 * @param device its name
 * @param index  its number
 * @param pin    where the link is or will be pinned
 */
record Hook(String device, int index, Path pin) {
    /**
     * @throws RejectedException when there is another program, or no way to attach works
     */
    XdpLink hold(BpfCode code, Function<String, BpfMap> maps) {
        Optional<XdpLink> ours = pinnedLink();
        if (ours.isPresent()) {
            replace(ours.get(), code, maps);
            return ours.get();
        }
        Optional<XdpHook> taken = XdpHook.on(index);
        if (taken.isPresent()) {
            throw new RejectedException(new Rejection.HookTaken(device, taken.get().toString()));
        }
        XdpLink link = attach(code, maps);
        try {
            link.pin(pin);
            return link;
        } catch (RuntimeException notPinned) {
            link.close();
            throw notPinned;
        }
    }

    /** The link that an earlier attachment left; one whose device has gone is removed. */
    private Optional<XdpLink> pinnedLink() {
        Optional<XdpLink> pinned = XdpLink.pinned(pin);
        if (pinned.isEmpty() || isOurs(pinned.get())) {
            return pinned;
        }
        XdpLink link = pinned.get();
        int held = link.deviceIndex();
        link.close();
        if (held != 0) {
            throw new RejectedException(new Rejection.PinnedOtherwise(pin, "a link to " + device,
                    "a link to the device with number " + held + " here or in another network namespace"));
        }
        unpin();
        return Optional.empty();
    }

    private boolean isOurs(XdpLink link) {
        return link.deviceIndex() == index
                && XdpHook.on(index).filter(hook -> hook.id() == link.programId()).isPresent();
    }

    private void unpin() {
        try {
            Files.delete(pin);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What the running program was loaded with, its successor needs too; we do not know, so both are tried. */
    private void replace(XdpLink link, BpfCode code, Function<String, BpfMap> maps) {
        int error = 0;
        for (boolean fragments : new boolean[] {false, true}) {
            try (BpfProgram program = BpfProgram.load(code, BpfProgram.Place.DEVICE, fragments, maps)) {
                error = link.replace(program);
                if (error == 0) {
                    return;
                }
            }
        }
        link.close();
        throw new RejectedException(new Rejection.Refused("the program on " + device + " could not be exchanged: "
                + Errno.name(-error) + "; the old one runs on"));
    }

    private XdpLink attach(BpfCode code, Function<String, BpfMap> maps) {
        List<String> reasons = new ArrayList<>();
        for (Way way : WAYS) {
            try (BpfProgram program = BpfProgram.load(code, BpfProgram.Place.DEVICE, way.fragments(), maps)) {
                switch (XdpLink.attach(program, index, way.mode())) {
                    case XdpLink.Attempt.Attached(XdpLink link) -> {
                        return link;
                    }
                    case XdpLink.Attempt.Failed failed -> reasons.add(way + ": " + failed.reason());
                }
            } catch (LinuxException notLoaded) {
                if (!way.fragments()) {
                    throw notLoaded;
                }
                // Before Linux 5.18 there are no programs that see fragments.
                reasons.add(way + ": " + Errno.name(notLoaded.errno()));
            }
        }
        throw new RejectedException(new Rejection.Refused(device + " takes no program: " + String.join(", ", reasons)));
    }

    private record Way(XdpMode mode, boolean fragments) {
        @Override
        public String toString() {
            return mode + (fragments ? " with fragments" : "");
        }
    }

    /** Drivers refuse an MTU beyond a page unless the program sees fragments. */
    private static final List<Way> WAYS = List.of(new Way(XdpMode.NATIVE, false), new Way(XdpMode.NATIVE, true),
            new Way(XdpMode.GENERIC, false));
}
