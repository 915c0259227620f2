package dev.keylane.daemon.steering;

import dev.keylane.daemon.kernel.HostNetwork;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.LinuxException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Devices and addresses that come and go. */
final class FakeNetwork implements HostNetwork {
    final Map<IpAddress, String> addresses = new HashMap<>();
    final Map<String, Integer> devices = new HashMap<>();
    Optional<LinuxException> failure = Optional.empty();

    @Override
    public Optional<String> deviceOf(IpAddress local) {
        failure.ifPresent(thrown -> {
            throw thrown;
        });
        return Optional.ofNullable(addresses.get(local)).filter(devices::containsKey);
    }

    @Override
    public OptionalInt indexOf(String device) {
        return devices.containsKey(device) ? OptionalInt.of(devices.get(device)) : OptionalInt.empty();
    }

    @Override
    public Optional<IpAddress> sourceFor(IpAddress remote) {
        return Optional.empty();
    }
}
