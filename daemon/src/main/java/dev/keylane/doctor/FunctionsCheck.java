package dev.keylane.doctor;

import dev.keylane.devlink.DevlinkPort;
import java.util.ArrayList;
import java.util.List;

/** IPsec of virtual functions: where one may have it, its card's own devices may not. */
final class FunctionsCheck implements DeviceCheck {
    private static final String NAME = "functions";

    @Override
    public List<Finding> of(Sight sight, Device device) {
        List<Finding> findings = new ArrayList<>();
        for (DevlinkPort port : device.ports()) {
            port.ipsec().ifPresent(ipsec -> findings.add(port.ifindex() == device.index() ? represented(port, ipsec)
                    : beside(port, ipsec)));
        }
        return findings.stream().anyMatch(finding -> !(finding instanceof Finding.Ok))
                ? findings.stream().filter(finding -> !(finding instanceof Finding.Ok)).toList()
                : findings.stream().limit(1).toList();
    }

    private static Finding represented(DevlinkPort port, DevlinkPort.FunctionIpsec ipsec) {
        return ipsec.packet() ? new Finding.Ok(NAME, "the function behind " + port + " has ipsec_packet")
                : new Finding.Warn(NAME, "the function behind " + port + " has no ipsec_packet"
                        + (ipsec.crypto() ? ", but ipsec_crypto" : ""), "devlink port function set " + port + " ipsec_packet enable");
    }

    private static Finding beside(DevlinkPort port, DevlinkPort.FunctionIpsec ipsec) {
        return !ipsec.packet() && !ipsec.crypto() ? new Finding.Ok(NAME, "no function beside has IPsec")
                : new Finding.Warn(NAME, "the function behind " + port + " has " + (ipsec.packet() ? "ipsec_packet" : "ipsec_crypto")
                        + ", so its card refuses IPsec here (EBUSY)",
                        "devlink port function set " + port + " ipsec_packet disable ipsec_crypto disable");
    }
}
