package dev.keylane.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** All checks. */
public final class Doctor {
    private static final List<SystemCheck> SYSTEM = List.of(new RightsCheck(), new XfrmCheck(), new ModulesCheck(),
            new CpusCheck(), new AcquiresCheck(), new SadCheck(), new ForeignStateCheck(), new IkePortsCheck(),
            new IrqbalanceCheck(), new BpffsCheck(), new OvsCheck());
    private static final List<DeviceCheck> ANY_DEVICE = List.of(new LinkCheck(), new PolicySysctlsCheck());
    /** Of devices that stand on others, those others are asked. */
    private static final List<DeviceCheck> LOWEST_DEVICE = List.of(new FeaturesCheck(), new AbilitiesCheck(),
            new CountersCheck(), new QueuesCheck(), new InterruptsCheck(), new ReceiveSteeringCheck(), new XpsCheck(),
            new HooksCheck(), new EswitchCheck(), new FunctionsCheck(), new TrafficControlCheck());

    private Doctor() {
    }

    /**
     * @param devices that are there; others are passed over
     */
    public static Report examine(Sight sight, List<String> devices) {
        List<Finding> system = new ArrayList<>();
        SYSTEM.forEach(check -> system.addAll(check.of(sight)));
        Map<String, List<Finding>> each = new LinkedHashMap<>();
        for (String name : devices) {
            OptionalInt index = sight.network().index(name);
            if (index.isPresent()) {
                Device device = Device.of(sight, name, index.getAsInt());
                each.put(name, checks(sight, device).flatMap(check -> check.of(sight, device).stream()).toList());
            }
        }
        return new Report(system, each);
    }

    private static Stream<DeviceCheck> checks(Sight sight, Device device) {
        if (device.isLoopback(sight.system())) {
            return Stream.of(new LinkCheck());
        }
        return Stream.concat(ANY_DEVICE.stream(),
                device.lower(sight.system()).isEmpty() ? LOWEST_DEVICE.stream() : Stream.empty());
    }
}
