package dev.keylane.doctor;

import dev.keylane.devlink.Devlink;
import dev.keylane.devlink.NetlinkDevlink;
import dev.keylane.ethtool.Ethtool;
import dev.keylane.linux.LinuxException;
import dev.keylane.xfrm.kernel.NetlinkXfrm;
import java.nio.file.Path;
import java.util.Optional;

/**
 * All that the checks see.
 *
 * @param control the daemon's control socket, beside which it notes what is its own
 * @param devlink empty when the kernel has none
 */
public record Sight(SystemText system, Path control, Xfrm xfrm, Ethtool ethtool, Optional<Devlink> devlink, Network network,
                    Commands commands) implements AutoCloseable {
    /** The system we run on, in the network namespace of the calling thread. */
    public static Sight ofLinux(Path control) {
        return new Sight(new SystemText(Path.of("/")), control, openXfrm(), Ethtool.LINUX, openDevlink(), new LinuxNetwork(),
                Commands.LINUX);
    }

    private static Xfrm openXfrm() {
        try {
            NetlinkXfrm kernel = NetlinkXfrm.look();
            return new Xfrm.Open(kernel, kernel.sadSize());
        } catch (LinuxException refused) {
            return new Xfrm.Closed(refused.getMessage());
        }
    }

    private static Optional<Devlink> openDevlink() {
        try {
            return NetlinkDevlink.open();
        } catch (LinuxException noGenericNetlink) {
            return Optional.empty();
        }
    }

    Rights rights() {
        return Rights.read(system);
    }

    @Override
    public void close() {
        devlink.ifPresent(Devlink::close);
        if (xfrm instanceof Xfrm.Open(var kernel, _)) {
            kernel.close();
        }
    }
}
