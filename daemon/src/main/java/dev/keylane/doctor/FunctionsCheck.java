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
        if (findings.isEmpty()) {
            device.ports().stream().filter(port -> port.ifindex() == device.index() && port.flavour().startsWith("pci"))
                    .forEach(port -> findings.add(untold(port)));
        }
        return findings.stream().anyMatch(finding -> !(finding instanceof Finding.Ok))
                ? findings.stream().filter(finding -> !(finding instanceof Finding.Ok)).toList()
                : findings.stream().limit(1).toList();
    }

    /** A representor, of a driver that lets no function have IPsec, or is older than that. */
    private static Finding untold(DevlinkPort port) {
        return new Finding.Ok(NAME, "stands for the function behind " + port + " (" + port.flavour() + "), whose card does not tell"
                + " of ipsec_packet; IPsec is for the function's own device");
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
