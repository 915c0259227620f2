package dev.keylane.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** All checks. */
public final class Doctor {
    private static final List<Aspects<SystemCheck>> SYSTEM = List.of(
            Aspects.of(new RightsCheck(), "rights"),
            Aspects.of(new XfrmCheck(), "xfrm", "esp4", "esp6", "per-cpu-sas", "sa-direction", "migrate-state"),
            Aspects.of(new ModulesCheck(), "offload-modules"), Aspects.of(new CpusCheck(), "cpus"),
            Aspects.of(new AcquiresCheck(), "acquires", "larvals"), Aspects.of(new SadCheck(), "sad-hash"),
            Aspects.of(new ForeignStateCheck(), "foreign-state"), Aspects.of(new IkePortsCheck(), "ike-ports"),
            Aspects.of(new IrqbalanceCheck(), "irqbalance"), Aspects.of(new BpffsCheck(), "bpffs"),
            Aspects.of(new OvsCheck(), "ovs"));
    private static final Aspects<DeviceCheck> LINK = Aspects.of(new LinkCheck(), "link");
    private static final List<Aspects<DeviceCheck>> ANY_DEVICE = List.of(LINK,
            Aspects.of(new PolicySysctlsCheck(), "disable-xfrm", "disable-policy", "rp-filter"));
    /** Of devices that stand on others, those others are asked. */
    private static final List<Aspects<DeviceCheck>> LOWEST_DEVICE = List.of(
            Aspects.of(new FeaturesCheck(), "esp-features"), new Aspects<>(new AbilitiesCheck(), AbilitiesCheck.NAMES),
            Aspects.of(new CountersCheck(), "ipsec-counters"), Aspects.of(new QueuesCheck(), "queues"),
            Aspects.of(new InterruptsCheck(), "napi-threads", "rps", "interrupts"),
            Aspects.of(new ReceiveSteeringCheck(), "esp-spreading"), Aspects.of(new XpsCheck(), "xps"),
            Aspects.of(new HooksCheck(), "xdp", "tcx"), Aspects.of(new EswitchCheck(), "eswitch", "flow-steering"),
            Aspects.of(new FunctionsCheck(), "functions"), Aspects.of(new TrafficControlCheck(), "tc-rules"));

    private Doctor() {
    }

    /**
     * @param devices that are there; others are passed over
     */
    public static Report examine(Sight sight, List<String> devices) {
        List<Finding> system = new ArrayList<>();
        SYSTEM.forEach(part -> system.addAll(part.complete(part.check().of(sight))));
        Map<String, List<Finding>> each = new LinkedHashMap<>();
        for (String name : devices) {
            OptionalInt index = sight.network().index(name);
            if (index.isPresent()) {
                Device device = Device.of(sight, name, index.getAsInt());
                each.put(name, checks(sight, device)
                        .flatMap(part -> part.complete(part.check().of(sight, device)).stream()).toList());
            }
        }
        return new Report(system, each);
    }

    private static Stream<Aspects<DeviceCheck>> checks(Sight sight, Device device) {
        if (device.isLoopback(sight.system())) {
            return Stream.of(LINK);
        }
        return Stream.concat(ANY_DEVICE.stream(),
                device.lower(sight.system()).isEmpty() ? LOWEST_DEVICE.stream() : Stream.empty());
    }
}
