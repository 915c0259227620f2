package dev.keylane.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Settings of a device that switch IPsec off, or drop what it has decrypted. */
final class PolicySysctlsCheck implements DeviceCheck {
    @Override
    public List<Finding> of(Sight sight, Device device) {
        List<Finding> findings = new ArrayList<>();
        List<String> off = where(sight, device, "disable_xfrm", 1);
        off.forEach(place -> findings.add(new Finding.Fail("disable-xfrm",
                "what leaves by " + device.name() + " is not encrypted", "sysctl -w " + place + "=0")));
        unless(off, "disable-xfrm", "disable_xfrm is off", findings);
        List<String> open = where(sight, device, "disable_policy", 1);
        open.forEach(place -> findings.add(new Finding.Warn("disable-policy",
                "what comes in by " + device.name() + " need not have been encrypted", "sysctl -w " + place + "=0")));
        unless(open, "disable-policy", "disable_policy is off", findings);
        List<String> strict = isStrict(sight, device) ? where(sight, device, "rp_filter", 1) : List.of();
        strict.forEach(place -> findings.add(new Finding.Warn("rp-filter",
                "decrypted packets are dropped whose way back is another device's", "sysctl -w " + place + "=2")));
        unless(strict, "rp-filter", "rp_filter is not strict", findings);
        return findings;
    }

    private static void unless(List<String> wrong, String check, String seen, List<Finding> findings) {
        if (wrong.isEmpty()) {
            findings.add(new Finding.Ok(check, seen));
        }
    }

    /** The larger of both counts. */
    private static boolean isStrict(Sight sight, Device device) {
        return where(sight, device, "rp_filter", 2).isEmpty();
    }

    private static List<String> where(Sight sight, Device device, String name, int value) {
        return Stream.of("all", device.name())
                .filter(place -> sight.system().text("proc/sys/net/ipv4/conf/" + place + "/" + name)
                        .filter(Integer.toString(value)::equals).isPresent())
                .map(place -> "net/ipv4/conf/" + place + "/" + name).toList();
    }
}
