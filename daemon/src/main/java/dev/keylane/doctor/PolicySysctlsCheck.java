package dev.keylane.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Settings of a device that switch IPsec off, or drop what it has decrypted. */
final class PolicySysctlsCheck implements DeviceCheck {
    @Override
    public List<Finding> of(Sight sight, Device device) {
        List<Finding> findings = new ArrayList<>();
        where(sight, device, "disable_xfrm", 1).forEach(place -> findings.add(new Finding.Fail("disable_xfrm",
                "what leaves by " + device.name() + " is not encrypted", "sysctl -w " + place + "=0")));
        where(sight, device, "disable_policy", 1).forEach(place -> findings.add(new Finding.Warn("disable_policy",
                "what comes in by " + device.name() + " need not have been encrypted", "sysctl -w " + place + "=0")));
        if (strict(sight, device)) {
            where(sight, device, "rp_filter", 1).forEach(place -> findings.add(new Finding.Warn("rp_filter",
                    "decrypted packets are dropped whose way back is another device's", "sysctl -w " + place + "=2")));
        }
        return findings.isEmpty() ? List.of(new Finding.Ok("policy-sysctls", "disable_xfrm, disable_policy and strict rp_filter are off"))
                : findings;
    }

    /** The larger of both counts. */
    private static boolean strict(Sight sight, Device device) {
        return where(sight, device, "rp_filter", 2).isEmpty();
    }

    private static List<String> where(Sight sight, Device device, String name, int value) {
        return Stream.of("all", device.name())
                .filter(place -> sight.system().text("proc/sys/net/ipv4/conf/" + place + "/" + name)
                        .filter(Integer.toString(value)::equals).isPresent())
                .map(place -> "net/ipv4/conf/" + place + "/" + name).toList();
    }
}
